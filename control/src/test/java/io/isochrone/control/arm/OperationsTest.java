package io.isochrone.control.arm;

import static io.isochrone.control.arm.Management.body;
import static io.isochrone.control.arm.Management.json;
import static io.isochrone.control.arm.Management.patch;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.http.Reply;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Keys;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations over nodes that follow, hesitate, refuse and vanish. */
final class OperationsTest {
    private static final String EAST = "[{\"location\":\"East Asia\"}]";
    private static final long ALL = 1_000_000;

    private final Management management = new Management();
    private String id;

    @BeforeEach
    void service() {
        id = management.service("a", body("Premium", 1, "[]"));
    }

    private ServiceDocument stored() {
        return ServiceDocument.read(management.store.get(Keys.resource(id)).value());
    }

    private Stage stage(String region) {
        return stored().sites().stream()
                .filter(site -> site.region().equals(region))
                .findFirst()
                .map(Site::stage)
                .orElse(null);
    }

    private String add() {
        Reply reply = management.call("PATCH", id, patch(EAST));
        assertThat(reply.status()).isEqualTo(202);
        return reply.headers().get("Azure-AsyncOperation");
    }

    private void follow(String node, String region) {
        management.fleet.gateway(node, region, ALL);
    }

    @Test
    void anAddedLocationIsThereOnceMoreThanHalfOfItsNodesRunIt() {
        management.fleet.gateway("g1", "eastasia", 0);
        management.fleet.gateway("g2", "eastasia", 0);
        String status = add();
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Updating");
        assertThat(management.get(status).at("/properties/waitsFor/0").asText())
                .contains("eastasia: 0 of 2 gateway nodes");

        follow("g1", "eastasia");
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Updating");

        follow("g2", "eastasia");
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Succeeded");
        assertThat(stage("eastasia")).isEqualTo(Stage.SERVING);
        assertThat(management.get(status).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void nodesThatRunSomethingOlderHaveNotFollowed() {
        add();
        management.fleet.gateway("g1", "eastasia", management.revision(id) - 1);
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Updating");

        management.fleet.gateway("g1", "eastasia", management.revision(id));
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void aLocationWithoutNodesFailsAtTheDeadlineAndStaysConfiguredSoThatNodesMayJoinLater() {
        String status = add();
        management.pass(Management.PATIENCE.minusSeconds(1));
        assertThat(management.state(id)).isEqualTo("Updating");

        management.pass(Duration.ofSeconds(1));

        assertThat(management.state(id)).isEqualTo("Failed");
        JsonNode failed = management.get(status);
        assertThat(failed.path("status").asText()).isEqualTo("Failed");
        assertThat(failed.at("/error/message").asText())
                .contains("no gateway node has called yet")
                .contains("--region eastasia");
        assertThat(stage("eastasia")).isEqualTo(Stage.JOINING);
        assertThat(management
                        .call("GET", status.replace("operationStatuses", "operationResults"), "")
                        .status())
                .isEqualTo(409);

        follow("g1", "eastasia");
        assertThat(management.call("PATCH", id, "{}").status()).isEqualTo(202);
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void whatIsNotPublishedFailsAtOnceWithTheReason() {
        follow("g1", "westeurope");
        management.fleet.refuse("apis/echo: no backend");
        String status = add();

        management.operations.tick();

        assertThat(management.get(status).at("/error/message").asText()).contains("apis/echo: no backend");
        assertThat(management.state(id)).isEqualTo("Failed");
    }

    @Test
    void scalingWaitsForTheNodesThatAreThereAndLostOnesDoNotCount() {
        management.fleet.gateway("g1", "westeurope", 0);
        management.fleet.put("g2", NodeView.Kind.GATEWAY, "westeurope", NodeView.State.LOST, 0, 0);
        management.fleet.put("g3", NodeView.Kind.GATEWAY, "westeurope", NodeView.State.DRAINING, 0, 0);
        management.call("PATCH", id, "{\"sku\":{\"capacity\":4}}");
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Updating");

        follow("g1", "westeurope");
        management.operations.tick();

        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    private void added() {
        follow("w1", "westeurope");
        follow("e1", "eastasia");
        management.fleet.router("r1", ALL);
        add();
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void aRemovedLocationIsSwitchedOffFirstAndGoneOnceAllKnowAndItIsIdle() {
        added();
        management.fleet.router("r1", 1);
        management.fleet.put("e1", NodeView.Kind.GATEWAY, "eastasia", NodeView.State.SERVING, ALL, 3);

        assertThat(management.call("PATCH", id, patch("[]")).status()).isEqualTo(202);
        management.operations.tick();
        assertThat(stage("eastasia")).isEqualTo(Stage.LEAVING);
        assertThat(stored().additional().get(0).isOff()).isTrue();
        assertThat(management
                        .get(id)
                        .at("/properties/additionalLocations/0/disableGateway")
                        .asBoolean())
                .isFalse();

        management.fleet.router("r1", ALL);
        management.operations.tick();
        assertThat(stage("eastasia")).isEqualTo(Stage.LEAVING);

        follow("e1", "eastasia");
        management.operations.tick();
        assertThat(stage("eastasia")).isNull();
        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void aLocationThatNeverGetsIdleIsGoneAfterTheDrainTime() {
        added();
        management.fleet.put("e1", NodeView.Kind.GATEWAY, "eastasia", NodeView.State.SERVING, ALL, 3);
        management.call("PATCH", id, patch("[]"));

        management.pass(Management.DRAIN.minusSeconds(1));
        assertThat(stage("eastasia")).isEqualTo(Stage.LEAVING);
        management.pass(Duration.ofSeconds(1));

        assertThat(stage("eastasia")).isNull();
    }

    @Test
    void whatIsReplacedServesUntilItsSuccessorHasJoined() {
        added();
        management.call("PATCH", id, patch("[{\"location\":\"eastus\"}]"));
        management.operations.tick();
        assertThat(stage("eastus")).isEqualTo(Stage.JOINING);
        assertThat(stage("eastasia")).isEqualTo(Stage.REPLACED);
        assertThat(stored().sites()).noneMatch(Site::isOff);

        follow("u1", "eastus");
        management.operations.tick();
        assertThat(stage("eastasia")).isEqualTo(Stage.LEAVING);
        management.operations.tick();

        assertThat(stage("eastasia")).isNull();
        assertThat(stage("eastus")).isEqualTo(Stage.SERVING);
        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void whatWasToBeReplacedStaysWhenItsSuccessorDoesNotJoin() {
        added();
        management.call("PATCH", id, patch("[{\"location\":\"eastus\"}]"));

        management.pass(Management.PATIENCE);

        assertThat(management.state(id)).isEqualTo("Failed");
        assertThat(stage("eastasia")).isEqualTo(Stage.SERVING);
    }

    @Test
    void aLocationAddedAgainWhileItsNodesRunIsThereAtOnce() {
        added();
        management.call("PATCH", id, patch("[]"));
        management.operations.tick();
        assertThat(stage("eastasia")).isNull();

        add();
        management.operations.tick();

        assertThat(stage("eastasia")).isEqualTo(Stage.SERVING);
    }

    @Test
    void anOperationGoesOnAfterARestartAndNodesGetTimeToCallAgain() {
        String status = add();
        management.now = management.now.plus(Duration.ofHours(1));

        management.restart();
        management.operations.tick();
        assertThat(management.state(id)).isEqualTo("Updating");
        management.pass(Duration.ofSeconds(29));
        assertThat(management.state(id)).isEqualTo("Updating");
        follow("g1", "eastasia");
        management.operations.tick();

        assertThat(management.get(status).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void aStoreThatIsAwayDelaysAnOperationAndDoesNotEndIt() {
        String status = add();
        follow("g1", "eastasia");
        management.store.breakDown(true);
        management.operations.tick();

        management.store.breakDown(false);
        management.operations.tick();

        assertThat(management.get(status).path("status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void aServiceWhoseOperationIsMissingIsTakenUpAgain() {
        add();
        String operation = stored().operation();
        management.store.commit(
                Change.by(null).delete(Keys.operation(operation)).build());
        follow("g1", "eastasia");

        management.pass(Duration.ofSeconds(5));
        management.operations.tick();

        assertThat(management.state(id)).isEqualTo("Succeeded");
    }

    @Test
    void aFinishedOperationIsForgottenAfterAWhile() {
        String status = add();
        follow("g1", "eastasia");
        management.operations.tick();
        management.pass(Duration.ofMinutes(14));
        assertThat(management.call("GET", status, "").status()).isEqualTo(200);

        management.pass(Duration.ofMinutes(2));

        assertThat(management.call("GET", status, "").status()).isEqualTo(404);
    }

    @Test
    void applyingTheNetworkWaitsForTheNodesAndChangesNothing() {
        follow("w1", "westeurope");
        ServiceDocument before = stored();

        Reply reply = management.call("POST", id + "/applynetworkconfigurationupdates", "");

        assertThat(reply.status()).isEqualTo(202);
        management.operations.tick();
        assertThat(stored()).isEqualTo(before);
        assertThat(json(management.call("GET", reply.headers().get("Location"), ""))
                        .path("name")
                        .asText())
                .isEqualTo("a");
    }

    @Test
    void creationWaitsForNodesThatAreThereAlready() {
        management.fleet.gateway("w1", "westeurope", 0);
        String other = management.service("b", body("Premium", 1, "[]"));
        assertThat(management.state(other)).isEqualTo("Activating");

        follow("w1", "westeurope");
        management.operations.tick();

        assertThat(management.state(other)).isEqualTo("Succeeded");
    }
}
