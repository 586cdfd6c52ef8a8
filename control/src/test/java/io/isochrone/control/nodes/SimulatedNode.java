package io.isochrone.control.nodes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotChange;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node that does with answers what nodes do: check, take or refuse them, remember. Not thread-safe. */
final class SimulatedNode {
    private static final ObjectMapper JSON = new ObjectMapper();

    final String id;
    final String kind;
    final @Nullable String region;
    final String address;
    String state = "serving";

    @Nullable
    Snapshot have;

    @Nullable
    SnapshotId refused;

    String reason = "";
    boolean parses = true;
    double requestsPerSecond;
    double errorsPerSecond;
    final List<SnapshotId> seen = new ArrayList<>();
    private boolean forgetful;
    private @Nullable String checksum;

    SimulatedNode(String id, @Nullable String region, String address) {
        this.id = id;
        this.kind = region == null ? "router" : "gateway";
        this.region = region;
        this.address = address;
    }

    Call poll(int wait) {
        return call("poll", Map.of("wait", Integer.toString(wait)), word());
    }

    Call report() {
        ObjectNode word = word();
        word.putObject("load")
                .put("requestsPerSecond", requestsPerSecond)
                .put("errorsPerSecond", errorsPerSecond)
                .put("inFlight", 1)
                .put("p50Millis", 1.0)
                .put("p99Millis", 2.0);
        return call("report", Map.of(), word);
    }

    static Call call(String what, Map<String, String> query, ObjectNode body) {
        return call(what, query, body.toString(), new Caller("node", Caller.Role.NODE, "contoso", null));
    }

    static Call call(String what, Map<String, String> query, String body, Caller caller) {
        return new Call(
                "POST",
                "/nodes/v1/" + what,
                query,
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8),
                caller,
                "https://localhost");
    }

    ObjectNode word() {
        ObjectNode word = JsonNodeFactory.instance.objectNode();
        word.put("node", id)
                .put("kind", kind)
                .put("address", address)
                .put("software", "0.1.0")
                .put("state", state);
        if (region != null) {
            word.put("region", region);
        }
        Snapshot now = have;
        if (now != null && !forgetful) {
            KnownNode.id(word.putObject("have"), now.id()).put("checksum", checksum);
        }
        if (refused != null) {
            KnownNode.id(word.putObject("refused"), refused).put("reason", reason);
        }
        return word;
    }

    /** Takes an answer; returns whether something new is run. */
    boolean take(Reply reply) {
        if (reply.status() == 204) {
            return false;
        }
        if (reply.status() != 200) {
            throw new AssertionError(reply.status() + " " + new String(reply.body(), StandardCharsets.UTF_8));
        }
        JsonNode json = json(reply);
        SnapshotId id = id(json);
        Snapshot next;
        if (json.has("items")) {
            next = new Snapshot(id, texts(json.path("items")));
        } else {
            SnapshotChange change = new SnapshotChange(
                    id(json.path("from")),
                    id,
                    texts(json.path("set")),
                    new TreeSet<>(list(json.path("removed"))),
                    json.path("checksum").asText());
            Snapshot from = have;
            if (from == null || !from.id().equals(change.from())) {
                forgetful = true;
                return false;
            }
            next = change.applyTo(from);
        }
        forgetful = false;
        if (!next.checksum().equals(json.path("checksum").asText())) {
            throw new AssertionError("checksum of " + id);
        }
        if (have != null && id.compareTo(have.id()) < 0) {
            throw new AssertionError(id + " after " + have.id());
        }
        try {
            if (parses) {
                DeploymentReader.readSnapshot(this.id, next.text());
            }
        } catch (InvalidConfigException e) {
            refused = id;
            reason = String.valueOf(e.getMessage());
            return false;
        }
        have = next;
        checksum = next.checksum();
        refused = null;
        seen.add(id);
        return true;
    }

    boolean runs(String text) {
        Snapshot now = have;
        return now != null && now.text().contains(text);
    }

    static JsonNode json(Reply reply) {
        try {
            return JSON.readTree(reply.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static SnapshotId id(JsonNode json) {
        return new SnapshotId(json.path("epoch").asLong(), json.path("version").asLong());
    }

    private static SortedMap<String, String> texts(JsonNode json) {
        SortedMap<String, String> texts = new TreeMap<>();
        json.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }

    private static List<String> list(JsonNode json) {
        List<String> list = new ArrayList<>();
        json.forEach(each -> list.add(each.asText()));
        return list;
    }
}
