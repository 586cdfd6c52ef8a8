package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.problem.Suggestion;
import java.util.ArrayList;
import java.util.List;

/**
 * A service as the control plane showed it, and the bodies of PATCH calls that change its regions. An array is replaced whole by a
 * PATCH, so each body carries every region that is to stay.
 *
 * <p>Immutable; nobody changes the document.
 *
 * @param json the document
 */
record ServiceView(JsonNode json) {
    String id() {
        return json.path("id").asText();
    }

    String name() {
        return json.path("name").asText();
    }

    String tier() {
        return json.path("sku").path("name").asText();
    }

    String state() {
        return json.path("properties").path("provisioningState").asText();
    }

    String gatewayUrl() {
        return json.path("properties").path("gatewayUrl").asText();
    }

    /** Without quotes; empty when there is none. */
    String etag() {
        return json.path("etag").asText();
    }

    /** {@code /subscriptions/ID}. */
    String subscription() {
        String[] words = id().split("/");
        return words.length > 2 ? "/subscriptions/" + words[2] : "";
    }

    /** {@code ID} of {@code …/resourceGroups/ID/…}. */
    String resourceGroup() {
        String[] words = id().split("/");
        return words.length > 4 ? words[4] : "";
    }

    /** Its regions, the primary first. */
    List<Place> places() {
        List<Place> places = new ArrayList<>();
        places.add(place(json, json.path("properties"), true));
        for (JsonNode each : json.path("properties").path("additionalLocations")) {
            places.add(place(each, each, false));
        }
        return places;
    }

    private static Place place(JsonNode at, JsonNode properties, boolean primary) {
        List<String> zones = new ArrayList<>();
        at.path("zones").forEach(zone -> zones.add(zone.asText()));
        return new Place(
                at.path("location").asText(),
                primary,
                at.path("sku").path("capacity").asInt(1),
                zones,
                properties.path("disableGateway").asBoolean(),
                properties.path("gatewayRegionalUrl").asText());
    }

    /** Whether it has this region, in whichever form it is written. */
    boolean has(String region) {
        return places().stream().anyMatch(place -> RegionNames.same(place.region(), region));
    }

    /** The region that an operator has written in either form; exit code 2 when the service has none such. */
    Place place(String written) {
        List<String> names = new ArrayList<>();
        for (Place place : places()) {
            if (RegionNames.same(place.region(), written)) {
                return place;
            }
            names.add(place.region());
        }
        String meant = Suggestion.nearest(written, RegionNames.bothForms(names));
        throw FailedException.usage("region: \"" + written + "\" (expected: a region of " + name() + ": "
                + String.join(", ", names) + (meant == null ? ")" : "; did you mean \"" + meant + "\"?)"));
    }

    /** The body that adds a region. */
    ObjectNode adding(Place place) {
        ArrayNode locations = locations();
        ObjectNode added = locations.addObject().put("location", place.region());
        added.putObject("sku").put("name", tier()).put("capacity", place.units());
        if (!place.zones().isEmpty()) {
            place.zones().forEach(added.putArray("zones")::add);
        }
        if (place.disabled()) {
            added.put("disableGateway", true);
        }
        return body(locations);
    }

    /** The body that gives a region other units. */
    ObjectNode scaling(Place place, int units) {
        if (place.primary()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("sku").put("name", tier()).put("capacity", units);
            return body;
        }
        ArrayNode locations = locations();
        ObjectNode one = find(locations, place);
        one.withObject("/sku").put("name", tier()).put("capacity", units);
        return body(locations);
    }

    /** The body that switches a region's gateway off or on. */
    ObjectNode switching(Place place, boolean disabled) {
        if (place.primary()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putObject("properties").put("disableGateway", disabled);
            return body;
        }
        ArrayNode locations = locations();
        find(locations, place).put("disableGateway", disabled);
        return body(locations);
    }

    /** The body that takes a region other than the primary away. */
    ObjectNode removing(Place place) {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (JsonNode each : locations()) {
            if (!RegionNames.same(each.path("location").asText(), place.region())) {
                kept.add(each);
            }
        }
        return body(kept);
    }

    private ArrayNode locations() {
        ArrayNode locations = JsonNodeFactory.instance.arrayNode();
        json.path("properties").path("additionalLocations").forEach(each -> locations.add(each.deepCopy()));
        return locations;
    }

    private static ObjectNode find(ArrayNode locations, Place place) {
        for (JsonNode each : locations) {
            if (RegionNames.same(each.path("location").asText(), place.region())) {
                return (ObjectNode) each;
            }
        }
        throw new IllegalArgumentException("place: " + place.region() + " (expected: one of the service)");
    }

    private static ObjectNode body(ArrayNode locations) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("properties").set("additionalLocations", locations);
        return body;
    }
}
