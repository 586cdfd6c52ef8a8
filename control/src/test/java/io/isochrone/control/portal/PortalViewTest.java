package io.isochrone.control.portal;

import static io.isochrone.control.portal.ScriptedFleet.gateway;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Tier;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.arm.ServiceStatus;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.PastChange;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortalViewTest {
    private final ScriptedFleet fleet = new ScriptedFleet();
    private final ScriptedService service = new ScriptedService(Tier.PREMIUM).having("East Asia", 2);

    private JsonNode view(ServiceStatus seen) throws JsonProcessingException {
        return new ObjectMapper().readTree(new PortalView(RegionCatalogue.clouds()).view(seen, fleet));
    }

    private JsonNode view() throws JsonProcessingException {
        return view(Objects.requireNonNull(service.seen("contoso")));
    }

    @Test
    void theFirstLocationIsThePrimaryAndEachHasItsPlace() throws Exception {
        JsonNode locations = view().path("locations");

        assertThat(locations.findValuesAsText("name")).containsExactly("westeurope", "eastasia");
        assertThat(locations.get(0).path("primary").asBoolean()).isTrue();
        assertThat(locations.get(0).path("units").asInt()).isEqualTo(1);
        assertThat(locations.get(1).path("primary").asBoolean()).isFalse();
        assertThat(locations.get(1).path("units").asInt()).isEqualTo(2);
        assertThat(locations.get(1).path("latitude").asDouble()).isBetween(22.0, 23.0);
        assertThat(locations.get(1).path("url").asText())
                .isEqualTo("https://contoso-eastasia-01.regional.example.test");
    }

    @Test
    void aLocationThatNoCatalogueKnowsIsShownWithoutPlace() throws Exception {
        service.having("My Cellar", 1);

        JsonNode cellar = view().path("locations").get(2);

        assertThat(cellar.path("name").asText()).isEqualTo("mycellar");
        assertThat(cellar.path("displayName").asText()).isEqualTo("My Cellar");
        assertThat(cellar.has("latitude")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'',                       '',        waiting",
        "STARTING,                 '',        waiting",
        "SERVING,                  '',        healthy",
        "SERVING,                  healthy,   healthy",
        "SERVING,                  suspect,   degraded",
        "SERVING,                  down,      down",
        "SERVING SERVING,          healthy,   healthy",
        "SERVING LOST,             healthy,   degraded",
        "SERVING STARTING,         healthy,   healthy",
        "LOST,                     healthy,   down",
        "LOST LOST,                '',        down",
        "LOST DRAINING,            '',        waiting"
    })
    void healthFollowsFromNodesAndFromWhatRoutersSee(String states, String routers, String expected) throws Exception {
        int number = 0;
        for (String state : states.isEmpty() ? new String[0] : states.split(" ")) {
            fleet.put(gateway("westeurope", ++number, NodeView.State.valueOf(state), 3, 10));
        }
        if (!routers.isEmpty()) {
            fleet.regions = List.of(new Fleet.RegionReport("westeurope", routers, 5, 2.5));
        }

        JsonNode location = view().path("locations").get(0);

        assertThat(location.path("health").asText()).isEqualTo(expected);
        assertThat(location.path("why").asText().isEmpty()).isEqualTo(expected.equals("healthy"));
    }

    @Test
    void aDisabledGatewayIsDisabledWhateverItsNodesDo() throws Exception {
        ServiceStatus seen = Objects.requireNonNull(service.seen("contoso"));
        ((com.fasterxml.jackson.databind.node.ObjectNode) seen.service().path("properties"))
                .put("disableGateway", true);
        fleet.put(gateway("westeurope", 1, NodeView.State.SERVING, 3, 10));

        assertThat(view(seen).path("locations").get(0).path("health").asText()).isEqualTo("disabled");
        assertThat(view(seen).path("locations").get(0).path("enabled").asBoolean())
                .isFalse();
    }

    @Test
    void whatNodesOfOneRegionCarryIsAddedUpWithoutTheLostOnes() throws Exception {
        fleet.put(gateway("westeurope", 1, NodeView.State.SERVING, 3, 10.26));
        fleet.put(gateway("westeurope", 2, NodeView.State.SERVING, 3, 5));
        fleet.put(gateway("westeurope", 3, NodeView.State.LOST, 3, 100));
        fleet.put(gateway("eastasia", 4, NodeView.State.SERVING, 3, 1));

        JsonNode locations = view().path("locations");

        assertThat(locations.get(0).path("rps").asDouble()).isEqualTo(15.3);
        assertThat(locations.get(0).path("nodes")).hasSize(3);
        assertThat(locations.get(0).path("nodes").get(0).path("seen").asText()).isEqualTo("2026-11-25T12:00:00Z");
        assertThat(locations.get(1).path("rps").asDouble()).isEqualTo(1);
    }

    @Test
    void nodesAreCurrentWhenTheyHaveWhatTheOperationNeeds() throws Exception {
        fleet.put(gateway("westeurope", 1, NodeView.State.SERVING, 18, 0));
        fleet.put(gateway("westeurope", 2, NodeView.State.SERVING, 17, 0));
        fleet.put(ScriptedFleet.refusing(gateway("westeurope", 3, NodeView.State.SERVING, 17, 0), "apis/echo: no"));
        fleet.put(gateway("westeurope", 4, NodeView.State.STARTING, 0, 0));
        fleet.put(ScriptedFleet.router(1, 18));
        ServiceStatus.Work operation = new ServiceStatus.Work(
                "op1",
                "InProgress",
                50,
                ScriptedFleet.THEN,
                "Add Japan East",
                new SnapshotId(1, 18),
                List.of("waits"),
                null,
                null);

        JsonNode view = view(new ServiceStatus(
                Objects.requireNonNull(service.seen("contoso")).service(), operation, List.of()));

        JsonNode nodes = view.path("locations").get(0).path("nodes");
        assertThat(nodes.findValuesAsText("current")).containsExactly("false", "false", "false", "true");
        assertThat(view.path("currentCount").asInt()).isEqualTo(2);
        assertThat(view.path("livingCount").asInt()).isEqualTo(5);
        assertThat(nodes.get(0).path("refusal").asText()).isEqualTo("apis/echo: no");
        assertThat(nodes.get(2).path("applied").isNull()).isTrue();
        assertThat(view.path("routers").get(0).path("current").asBoolean()).isTrue();
        assertThat(view.path("published").asText()).isEqualTo("1.18");
        assertThat(view.path("operation").path("target").asText()).isEqualTo("1.18");
        assertThat(view.at("/operation/notes/0").asText()).isEqualTo("waits");
        assertThat(view.path("operation").has("error")).isFalse();
    }

    @Test
    void ofManyNodesThoseWithTroubleAreListedAndAllAreCounted() throws Exception {
        for (int i = 1; i <= 60; i++) {
            fleet.put(gateway("westeurope", i, NodeView.State.SERVING, 3, 1));
        }
        fleet.put(gateway("westeurope", 61, NodeView.State.LOST, 3, 1));

        JsonNode location = view().path("locations").get(0);

        assertThat(location.path("nodeCount").asInt()).isEqualTo(61);
        assertThat(location.path("servingCount").asInt()).isEqualTo(60);
        assertThat(location.path("nodes")).hasSize(20);
        assertThat(location.path("nodes").get(0).path("state").asText()).isEqualTo("lost");
    }

    @Test
    void failuresRefusalsAndChangesAreTold() throws Exception {
        fleet.refusal = "apis/echo: broken";
        ServiceStatus.Work failed = new ServiceStatus.Work(
                "op1", "Failed", 100, ScriptedFleet.THEN, null, null, List.of(), "RolloutStopped", "why");
        PastChange change = new PastChange(7, ScriptedFleet.THEN, new Change.Audit("ada", "PATCH x"), List.of());

        JsonNode view = view(new ServiceStatus(
                Objects.requireNonNull(service.seen("contoso")).service(), failed, List.of(change)));

        assertThat(view.path("refusal").asText()).isEqualTo("apis/echo: broken");
        assertThat(view.at("/operation/error/message").asText()).isEqualTo("why");
        assertThat(view.path("changes").get(0).path("who").asText()).isEqualTo("ada");
    }

    @Test
    void theMapIsTripletsRoundedToATenth() {
        fleet.map = List.of(new Fleet.MapPoint(52.04, 4.96, "westeurope"));

        assertThat(new PortalView(RegionCatalogue.clouds()).map("contoso", fleet))
                .isEqualTo("[[52.0,5.0,\"westeurope\"]]");
    }
}
