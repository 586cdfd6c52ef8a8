package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Tier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service's whole body asks for, each property checked by itself.
 *
 * <p>Immutable.
 *
 * @param location canonical name of the primary region; null: not said
 * @param tier the service's
 * @param primary the primary's units and so on; its region is empty when {@code location} is null
 * @param additional the other locations, in order
 * @param publisherEmail who answers for it
 * @param publisherName who answers for it
 * @param tags by name
 * @param customProperties by name
 * @param further other properties that are kept: a JSON object as text
 */
record ServiceWish(
        @Nullable String location,
        Tier tier,
        Place primary,
        List<Place> additional,
        String publisherEmail,
        String publisherName,
        Map<String, String> tags,
        Map<String, String> customProperties,
        String further) {
    /** Properties of the contract that change nothing here and are kept and shown as they came. */
    static final List<String> KEPT = List.of(
            "hostnameConfigurations",
            "virtualNetworkType",
            "apiVersionConstraint",
            "publicNetworkAccess",
            "notificationSenderEmail",
            "natGatewayState",
            "developerPortalStatus",
            "legacyPortalStatus",
            "enableClientCertificate");

    private static final List<String> SECRETS = List.of("encodedCertificate", "certificatePassword");
    private static final int MOST_TEXTS = 100;
    private static final int LONGEST_TEXT = 8192;
    private static final int LONGEST_KEPT = 32 * 1024;

    /**
     * A location as it is asked for.
     *
     * @param region canonical name
     * @param units at least 1 and at most what the tier allows
     * @param disabled whether its gateway is to be off
     * @param zones kept and shown
     */
    record Place(String region, int units, boolean disabled, List<String> zones) {
        Place {
            zones = List.copyOf(zones);
        }
    }

    ServiceWish {
        additional = List.copyOf(additional);
        tags = Map.copyOf(tags);
        customProperties = Map.copyOf(customProperties);
    }

    /** All locations, the primary first. */
    List<Place> places() {
        List<Place> all = new ArrayList<>(additional.size() + 1);
        all.add(primary);
        all.addAll(additional);
        return all;
    }

    /**
     * Reads a whole body; what is missing has its default, what is unknown or read-only is left out. Throws {@link ArmException} 400
     * for what no service may be.
     */
    static ServiceWish read(ObjectNode body, RegionCatalogue regions) {
        JsonNode properties = object(body, "properties", "properties");
        JsonNode sku = object(body, "sku", "sku");
        if (sku.path("name").isMissingNode()) {
            throw ArmException.invalid("sku.name", "sku.name: missing (expected: " + tierNames() + ")");
        }
        Tier tier = tier(sku.path("name"), "sku.name");
        int units = units(sku, tier, 1, "sku.capacity");
        String location = null;
        if (!absent(body.path("location"))) {
            location = region(body.path("location"), "location", regions);
        }
        Place primary = new Place(
                location == null ? "" : location,
                units,
                bool(properties.path("disableGateway"), "properties.disableGateway"),
                zones(body.path("zones"), "zones"));
        return new ServiceWish(
                location,
                tier,
                primary,
                additional(properties.path("additionalLocations"), tier, units, regions),
                text(properties, "publisherEmail"),
                text(properties, "publisherName"),
                texts(body.path("tags"), "tags"),
                customProperties(properties.path("customProperties")),
                kept(properties));
    }

    private static List<Place> additional(JsonNode list, Tier tier, int units, RegionCatalogue regions) {
        String target = "properties.additionalLocations";
        List<Place> places = new ArrayList<>();
        if (absent(list)) {
            return places;
        }
        if (!list.isArray()) {
            throw ArmException.invalid(target, target + ": not a list (expected: a list of locations)");
        }
        for (int i = 0; i < list.size(); i++) {
            String here = target + "[" + i + "]";
            JsonNode each = list.get(i);
            if (!each.isObject() || absent(each.path("location"))) {
                throw ArmException.invalid(here + ".location", here + ".location: missing (expected: a region's name)");
            }
            JsonNode sku = object(each, "sku", here + ".sku");
            if (!absent(sku.path("name")) && tier(sku.path("name"), here + ".sku.name") != tier) {
                throw ArmException.invalid(
                        here + ".sku.name",
                        here + ".sku.name: " + sku.path("name").asText() + " (expected: " + tier.displayName()
                                + ", the service's)");
            }
            places.add(new Place(
                    region(each.path("location"), here + ".location", regions),
                    units(sku, tier, units, here + ".sku.capacity"),
                    bool(each.path("disableGateway"), here + ".disableGateway"),
                    zones(each.path("zones"), here + ".zones")));
        }
        return places;
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static JsonNode object(JsonNode parent, String name, String target) {
        JsonNode node = parent.path(name);
        if (absent(node)) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!node.isObject()) {
            throw ArmException.invalid(target, target + ": not an object (expected: an object)");
        }
        return node;
    }

    private static Tier tier(JsonNode name, String target) {
        for (Tier tier : Tier.values()) {
            if (name.isTextual() && tier.displayName().equalsIgnoreCase(name.asText())) {
                return tier;
            }
        }
        throw ArmException.invalid(target, target + ": " + shortened(name) + " (expected: " + tierNames() + ")");
    }

    private static String tierNames() {
        return String.join(
                ", ", Arrays.stream(Tier.values()).map(Tier::displayName).toList());
    }

    private static int units(JsonNode sku, Tier tier, int usual, String target) {
        JsonNode node = sku.path("capacity");
        if (absent(node)) {
            return usual;
        }
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            boolean whole = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
            if (whole
                    && number.compareTo(BigDecimal.ONE) >= 0
                    && number.compareTo(BigDecimal.valueOf(tier.maxUnits())) <= 0) {
                return number.intValue();
            }
        }
        throw ArmException.invalid(
                target,
                target + ": " + shortened(node) + " (expected: a whole number of units from 1 to " + tier.maxUnits()
                        + ", the limit of " + tier.displayName() + ")");
    }

    private static String region(JsonNode name, String target, RegionCatalogue regions) {
        Region region = name.isTextual() ? regions.find(name.asText()) : null;
        if (region != null) {
            return region.name();
        }
        String close = name.isTextual() && name.asText().length() <= 60 ? regions.suggest(name.asText()) : null;
        throw ArmException.invalid(
                target,
                target + ": " + shortened(name) + " (expected: a region"
                        + (close == null
                                ? "; GET /subscriptions/{id}/locations lists them"
                                : "; did you mean \"" + close + "\"?")
                        + ")");
    }

    private static boolean bool(JsonNode node, String target) {
        if (absent(node)) {
            return false;
        }
        if (!node.isBoolean()) {
            throw ArmException.invalid(target, target + ": " + shortened(node) + " (expected: true or false)");
        }
        return node.asBoolean();
    }

    private static List<String> zones(JsonNode list, String target) {
        List<String> zones = new ArrayList<>();
        if (absent(list)) {
            return zones;
        }
        if (!list.isArray() || list.size() > 10) {
            throw ArmException.invalid(target, target + ": not a list of at most 10 (expected: such as [\"1\",\"2\"])");
        }
        for (JsonNode zone : list) {
            if (!zone.isTextual() || zone.asText().length() > 20) {
                throw ArmException.invalid(target, target + ": " + shortened(zone) + " (expected: such as \"1\")");
            }
            zones.add(zone.asText());
        }
        return zones;
    }

    private static String text(JsonNode properties, String name) {
        JsonNode node = properties.path(name);
        String target = "properties." + name;
        if (!node.isTextual() || node.asText().isBlank() || node.asText().length() > 100) {
            throw ArmException.invalid(
                    target,
                    target + ": " + (absent(node) ? "missing" : shortened(node)) + " (expected: 1 to 100 characters)");
        }
        return node.asText();
    }

    /** What nodes would refuse is refused here. */
    private static Map<String, String> customProperties(JsonNode node) {
        String target = "properties.customProperties";
        Map<String, String> texts = texts(node, target);
        try {
            NodeSettings.sections(texts);
        } catch (IllegalArgumentException e) {
            throw ArmException.invalid(target, target + "." + e.getMessage());
        }
        return texts;
    }

    private static Map<String, String> texts(JsonNode node, String target) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (absent(node)) {
            return texts;
        }
        if (!node.isObject() || node.size() > MOST_TEXTS) {
            throw ArmException.invalid(
                    target, target + ": not an object of at most " + MOST_TEXTS + " (expected: names with texts)");
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            String value = each.getValue().isNull() ? "" : each.getValue().asText();
            if (!each.getValue().isValueNode()
                    || each.getKey().length() > LONGEST_TEXT
                    || value.length() > LONGEST_TEXT) {
                throw ArmException.invalid(
                        target,
                        target + "." + each.getKey() + ": not a text of at most " + LONGEST_TEXT
                                + " characters (expected: a text)");
            }
            texts.put(each.getKey(), value);
        }
        return texts;
    }

    private static String kept(JsonNode properties) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : KEPT) {
            JsonNode node = properties.path(name);
            if (!absent(node)) {
                kept.set(name, node.deepCopy());
            }
        }
        String network = kept.path("virtualNetworkType").asText("None");
        if (!network.equalsIgnoreCase("None")) {
            throw new ArmException(
                    400,
                    "NotSupported",
                    "properties.virtualNetworkType: " + network
                            + " (expected: None; nodes run in networks of your own)",
                    "properties.virtualNetworkType");
        }
        JsonNode names = kept.path("hostnameConfigurations");
        for (JsonNode each : names) {
            if (each instanceof ObjectNode name) {
                name.remove(SECRETS);
            }
        }
        String text = kept.toString();
        if (text.length() > LONGEST_KEPT) {
            throw ArmException.invalid(
                    "properties", "properties: too long (expected: at most " + LONGEST_KEPT + " characters)");
        }
        return text;
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
