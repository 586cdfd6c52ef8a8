package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is stored, under {@link io.isochrone.control.store.Keys#resource} of its id. Its hop secret stands apart, under
 * {@link io.isochrone.control.store.Keys#secret} of the same id, as {@code {"hopSecret":"…"}} sealed by {@link
 * io.isochrone.control.access.SecretBox} for that key. Written as
 *
 * <pre>{@code
 * {"id":"/subscriptions/…/service/apim1","tier":"Premium","state":"Succeeded","operation":"…"?,"created":"2026-11-23T16:00:00Z",
 *  "primary":{"region":"westeurope","units":1,"disabled":false,"stage":"SERVING","zones":["1"]},"additional":[{…}],
 *  "publisherEmail":"…","publisherName":"…","tags":{"k":"v"},"customProperties":{"k":"v"},"further":{…}}
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param id as its creator wrote it
 * @param tier what it may have
 * @param state the contract's provisioningState
 * @param operation the long-running operation that works on it; null: none
 * @param created when
 * @param primary the primary location
 * @param additional the other locations, those that leave included, in the order of the operator
 * @param publisherEmail who answers for it
 * @param publisherName who answers for it
 * @param tags by name as written
 * @param customProperties of the contract, kept and shown
 * @param further other properties of the contract that are kept and shown: a JSON object as text
 */
public record ServiceDocument(
        String id,
        Tier tier,
        State state,
        @Nullable String operation,
        Instant created,
        Site primary,
        List<Site> additional,
        String publisherEmail,
        String publisherName,
        Map<String, String> tags,
        Map<String, String> customProperties,
        String further) {
    /** The contract's provisioningState. */
    public enum State {
        /** Stored; its operation has not begun. */
        CREATED("Created"),
        /** Its first nodes are being waited for. */
        ACTIVATING("Activating"),
        /** A change is on its way to the nodes. */
        UPDATING("Updating"),
        /** At rest, as wanted. */
        SUCCEEDED("Succeeded"),
        /** At rest; the last change is stored, and its operation says what did not follow. */
        FAILED("Failed"),
        /** Being deleted. */
        TERMINATING("Terminating");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** As the contract writes it. */
        public String text() {
            return text;
        }

        /** Whether a change may begin. */
        public boolean isAtRest() {
            return this == SUCCEEDED || this == FAILED;
        }
    }

    /** Where a location is between being added and being gone. */
    public enum Stage {
        /** Added; no quorum of its nodes has taken the configuration yet. Published like a serving one. → SERVING, LEAVING */
        JOINING,
        /** Serving. → REPLACED, LEAVING */
        SERVING,
        /** To be removed once what joins has joined; published as serving until then. → LEAVING, SERVING when that failed */
        REPLACED,
        /** To be removed; published as switched off, until nothing is under way there. → gone, SERVING when added again */
        LEAVING
    }

    /**
     * A location of a service.
     *
     * @param region canonical name, such as {@code westeurope}
     * @param units capacity units, at least 1
     * @param disabled whether the operator switched its gateway off
     * @param stage where it is between being added and being gone
     * @param zones of the contract, kept and shown
     */
    public record Site(String region, int units, boolean disabled, Stage stage, List<String> zones) {
        public Site {
            zones = List.copyOf(zones);
        }

        /** Whether nodes and routers are to be told that its gateway takes no requests. */
        public boolean isOff() {
            return disabled || stage == Stage.LEAVING;
        }

        /** Whether it is on its way out, so that it must take no new requests. */
        public boolean isLeaving() {
            return stage == Stage.LEAVING;
        }

        /** In another stage. */
        public Site in(Stage next) {
            return new Site(region, units, disabled, next, zones);
        }

        private ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("region", region)
                    .put("units", units)
                    .put("disabled", disabled)
                    .put("stage", stage.name());
            ArrayNode list = json.putArray("zones");
            zones.forEach(list::add);
            return json;
        }

        private static Site read(JsonNode json) {
            List<String> zones = new ArrayList<>();
            json.path("zones").forEach(zone -> zones.add(zone.asText()));
            return new Site(
                    json.path("region").asText(),
                    json.path("units").asInt(),
                    json.path("disabled").asBoolean(),
                    Stage.valueOf(json.path("stage").asText()),
                    zones);
        }
    }

    public ServiceDocument {
        additional = List.copyOf(additional);
        tags = Map.copyOf(tags);
        customProperties = Map.copyOf(customProperties);
    }

    /** The service's own name, as its creator wrote it. */
    public String name() {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /** The primary location, then the others, those that leave included. */
    public List<Site> sites() {
        List<Site> all = new ArrayList<>(additional.size() + 1);
        all.add(primary);
        all.addAll(additional);
        return List.copyOf(all);
    }

    /** In another state, with or without an operation at work. */
    public ServiceDocument in(State next, @Nullable String work) {
        return new ServiceDocument(
                id,
                tier,
                next,
                work,
                created,
                primary,
                additional,
                publisherEmail,
                publisherName,
                tags,
                customProperties,
                further);
    }

    /** With other additional locations. */
    public ServiceDocument withAdditional(List<Site> others) {
        return new ServiceDocument(
                id,
                tier,
                state,
                operation,
                created,
                primary,
                others,
                publisherEmail,
                publisherName,
                tags,
                customProperties,
                further);
    }

    /** As it is stored; {@link #read} of it equals this. */
    public String write() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("tier", tier.displayName()).put("state", state.text());
        if (operation != null) {
            json.put("operation", operation);
        }
        json.put("created", created.toString());
        json.set("primary", primary.json());
        ArrayNode list = json.putArray("additional");
        additional.forEach(site -> list.add(site.json()));
        json.put("publisherEmail", publisherEmail).put("publisherName", publisherName);
        json.set("tags", Json.of(tags));
        json.set("customProperties", Json.of(customProperties));
        json.set("further", Json.stored(further));
        return json.toString();
    }

    /** What {@link #write} wrote. */
    public static ServiceDocument read(String stored) {
        JsonNode json = Json.stored(stored);
        List<Site> additional = new ArrayList<>();
        json.path("additional").forEach(each -> additional.add(Site.read(each)));
        return new ServiceDocument(
                json.path("id").asText(),
                Tier.valueOf(json.path("tier").asText().toUpperCase(Locale.ROOT)),
                State.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT)),
                json.path("operation").textValue(),
                Instant.parse(json.path("created").asText()),
                Site.read(json.path("primary")),
                additional,
                json.path("publisherEmail").asText(),
                json.path("publisherName").asText(),
                texts(json.path("tags")),
                texts(json.path("customProperties")),
                json.path("further").toString());
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }
}
