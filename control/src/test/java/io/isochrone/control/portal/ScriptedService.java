package io.isochrone.control.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Tier;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.ServiceStatus;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One service behind the calls of the management API that the page makes; its operations go on when the test says so. Thread-safe. */
final class ScriptedService {
    static final String SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111";
    static final String ID = SUBSCRIPTION + "/resourceGroups/rg1/providers/Microsoft.ApiManagement/service/contoso";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bodies of the changes that were asked for. */
    final List<JsonNode> patches = new CopyOnWriteArrayList<>();

    private final ObjectNode document;
    private final List<PastChange> changes = new ArrayList<>();
    private ServiceStatus.@Nullable Work operation;
    private @Nullable ArmException refusal;
    private @Nullable JsonNode waiting;
    private int revision = 1;
    private boolean gone;
    private @Nullable String broken;

    ScriptedService(Tier tier) {
        document = JSON.createObjectNode();
        document.put("id", ID).put("name", "contoso").put("type", "Microsoft.ApiManagement/service");
        document.put("location", "West Europe");
        document.putObject("sku").put("name", tier.displayName()).put("capacity", 1);
        document.putObject("properties")
                .put("provisioningState", "Succeeded")
                .put("gatewayUrl", "https://contoso.example.test")
                .put("gatewayRegionalUrl", "https://contoso-westeurope-01.regional.example.test")
                .put("disableGateway", false)
                .putArray("additionalLocations");
    }

    /** Adds a location at once. */
    synchronized ScriptedService having(String location, int units) {
        ObjectNode added = ((ArrayNode) document.at("/properties/additionalLocations")).addObject();
        added.put("location", location);
        added.putObject("sku").put("name", document.at("/sku/name").asText()).put("capacity", units);
        added.put("gatewayRegionalUrl", url(location)).put("disableGateway", false);
        return this;
    }

    /** Somebody changed something. */
    synchronized void changed(Instant at, String who, String what) {
        changes.add(0, new PastChange(++revision, at, new Change.Audit(who, what + " " + ID), List.of()));
    }

    /** Refuses the next change. */
    synchronized void refuse(ArmException next) {
        refusal = next;
    }

    /** The operation that runs is this far and wants nodes to have {@code version}. */
    synchronized void progress(int percent, long version) {
        ServiceStatus.Work running = operation;
        if (running != null) {
            operation = new ServiceStatus.Work(
                    running.id(),
                    "InProgress",
                    percent,
                    running.started(),
                    running.title(),
                    new SnapshotId(1, version),
                    List.of("japaneast: no gateway node has called yet"),
                    null,
                    null);
        }
    }

    /** The operation that runs ends; with an error when {@code error} is not null. */
    synchronized void finish(@Nullable String error) {
        ServiceStatus.Work running = operation;
        JsonNode body = waiting;
        if (running == null || body == null) {
            throw new IllegalStateException("no operation runs");
        }
        operation = new ServiceStatus.Work(
                running.id(),
                error == null ? "Succeeded" : "Failed",
                100,
                running.started(),
                null,
                null,
                List.of(),
                error == null ? null : "RolloutStopped",
                error);
        properties().put("provisioningState", error == null ? "Succeeded" : "Failed");
        if (error == null) {
            apply(body);
        }
    }

    /** The store cannot be asked, for this reason; null: it can. */
    synchronized void breakDown(@Nullable String reason) {
        broken = reason;
    }

    /** The service is deleted. */
    synchronized void delete() {
        gone = true;
    }

    /** What the feed shows. */
    synchronized @Nullable ServiceStatus seen(String name) {
        if (broken != null) {
            throw new StoreException(broken, null);
        }
        return gone || !name.equals("contoso") ? null : new ServiceStatus(document.deepCopy(), operation, changes);
    }

    /** Answers one call. */
    synchronized Reply answer(String method, String path, Map<String, String> headers, byte[] body) {
        try {
            return switch (method + " " + path) {
                case "GET /subscriptions" ->
                    list("{\"subscriptionId\":\"11111111-1111-1111-1111-111111111111\",\"displayName\":\"s\"}");
                case "GET " + SUBSCRIPTION + "/providers/Microsoft.ApiManagement/service" ->
                    gone ? list() : list(document.toString());
                case "GET " + SUBSCRIPTION + "/providers/Microsoft.ApiManagement/skus" -> list(places());
                case "GET " + ID + "/skus" -> list(units());
                case "GET " + ID -> Reply.json(200, document.toString()).with("ETag", tag());
                case "PATCH " + ID -> patch(headers, body);
                default -> throw ArmException.notFound(path);
            };
        } catch (ArmException e) {
            return e.reply();
        } catch (JsonProcessingException e) {
            return Reply.of(400);
        }
    }

    private Reply patch(Map<String, String> headers, byte[] body) throws JsonProcessingException {
        JsonNode patch = JSON.readTree(new String(body, StandardCharsets.UTF_8));
        patches.add(patch);
        ArmException refused = refusal;
        if (refused != null) {
            refusal = null;
            throw refused;
        }
        if (!tag().equals(headers.get("if-match"))) {
            throw ArmException.stale();
        }
        String id = "op" + ++revision;
        operation = new ServiceStatus.Work(id, "InProgress", 10, ScriptedFleet.THEN, null, null, List.of(), null, null);
        waiting = patch;
        properties().put("provisioningState", "Updating");
        changes.add(
                0,
                new PastChange(
                        revision, Instant.now(), new Change.Audit("ada@example.test", "PATCH " + ID), List.of()));
        return Reply.json(202, document.toString())
                .with(
                        "Azure-AsyncOperation",
                        "https://localhost/" + SUBSCRIPTION + "/operationStatuses/" + id + "?api-version=2024-05-01");
    }

    private void apply(JsonNode patch) {
        if (patch.has("sku")) {
            document.set("sku", patch.get("sku"));
        }
        JsonNode changed = patch.path("properties");
        if (changed.has("disableGateway")) {
            properties().put("disableGateway", changed.get("disableGateway").asBoolean());
        }
        if (changed.has("additionalLocations")) {
            ArrayNode list = properties().putArray("additionalLocations");
            for (JsonNode each : changed.get("additionalLocations")) {
                ObjectNode copy = each.deepCopy();
                copy.put("gatewayRegionalUrl", url(each.path("location").asText()));
                list.add(copy);
            }
        }
    }

    private ObjectNode properties() {
        return (ObjectNode) document.get("properties");
    }

    private String tag() {
        return "\"" + revision + "\"";
    }

    private static String url(String location) {
        return "https://contoso-" + location.toLowerCase(Locale.ROOT).replace(" ", "") + "-01.regional.example.test";
    }

    private static Reply list(String... entries) {
        return Reply.json(200, "{\"value\":[" + String.join(",", entries) + "]}");
    }

    private String units() {
        int most = Tier.valueOf(document.at("/sku/name").asText().toUpperCase(Locale.ROOT))
                .maxUnits();
        return "{\"resourceType\":\"Microsoft.ApiManagement/service\",\"sku\":{\"name\":"
                + document.at("/sku/name")
                + "},\"capacity\":{\"minimum\":1,\"maximum\":"
                + most
                + ",\"default\":1,\"scaleType\":\"automatic\"}}";
    }

    private String places() throws JsonProcessingException {
        ObjectNode sku = JSON.createObjectNode();
        sku.put("resourceType", "service").put("name", document.at("/sku/name").asText());
        ArrayNode locations = sku.putArray("locations");
        RegionCatalogue.clouds().regions().forEach(region -> locations.add(region.displayName()));
        return JSON.writeValueAsString(sku);
    }
}
