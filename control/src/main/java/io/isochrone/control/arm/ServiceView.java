package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.nodes.NodeView;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A service as the contract shows it. Pure.
 *
 * <p>Immutable.
 *
 * @param regions display names
 * @param domain below which the service's host names stand
 */
record ServiceView(RegionCatalogue regions, String domain) {
    /** The contract's type of services. */
    static final String TYPE = "Microsoft.ApiManagement/service";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The whole document; {@code revision} makes its etag, {@code nodes} its addresses. */
    ObjectNode of(ServiceDocument service, long revision, List<NodeView> nodes) {
        ObjectNode json = JSON.objectNode();
        json.put("id", service.id()).put("name", service.name()).put("type", TYPE);
        json.put("location", displayName(service.primary().region()));
        json.put("etag", Etag.bare(revision));
        json.set("tags", Json.of(service.tags()));
        json.set("sku", sku(service, service.primary()));
        if (!service.primary().zones().isEmpty()) {
            json.set("zones", zones(service.primary()));
        }
        String host = service.name().toLowerCase(Locale.ROOT) + "." + domain;
        ObjectNode properties = json.putObject("properties");
        properties.put("provisioningState", service.state().text()).put("targetProvisioningState", "");
        properties.put("createdAtUtc", service.created().toString());
        properties.put("publisherEmail", service.publisherEmail()).put("publisherName", service.publisherName());
        properties.put("gatewayUrl", "https://" + host);
        properties.put("gatewayRegionalUrl", regionalUrl(service, service.primary()));
        properties.set("publicIPAddresses", addresses(service.primary(), nodes));
        properties.put("disableGateway", service.primary().disabled());
        properties.put("virtualNetworkType", "None").put("publicNetworkAccess", "Enabled");
        properties.putObject("apiVersionConstraint");
        properties
                .putArray("hostnameConfigurations")
                .addObject()
                .put("type", "Proxy")
                .put("hostName", host)
                .put("defaultSslBinding", true)
                .put("negotiateClientCertificate", false)
                .put("certificateSource", "BuiltIn");
        properties.put("platformVersion", "stv2");
        JsonNode kept = Json.stored(service.further());
        for (Map.Entry<String, JsonNode> each : kept.properties()) {
            properties.set(each.getKey(), each.getValue());
        }
        properties.set("customProperties", Json.of(service.customProperties()));
        ArrayNode additional = properties.putArray("additionalLocations");
        for (Site site : service.additional()) {
            ObjectNode location = additional.addObject();
            location.put("location", displayName(site.region()));
            location.set("sku", sku(service, site));
            if (!site.zones().isEmpty()) {
                location.set("zones", zones(site));
            }
            location.put("gatewayRegionalUrl", regionalUrl(service, site));
            location.set("publicIPAddresses", addresses(site, nodes));
            location.put("disableGateway", site.disabled()).put("platformVersion", "stv2");
        }
        return json;
    }

    /** A body that asks for the service as it is. */
    ObjectNode body(ServiceDocument service) {
        ObjectNode whole = of(service, 1, List.of());
        ObjectNode properties = (ObjectNode) whole.path("properties");
        for (String name : ServiceWish.KEPT) {
            properties.remove(name);
        }
        for (Map.Entry<String, JsonNode> each : Json.stored(service.further()).properties()) {
            properties.set(each.getKey(), each.getValue());
        }
        // a location's tier is the service's, whichever that is going to be
        properties.path("additionalLocations").forEach(each -> ((ObjectNode) each.path("sku")).remove("name"));
        return whole;
    }

    /**
     * The body that a patch of {@code service} asks for: absent and null properties stay, lists and tags are replaced whole, of the
     * sku each part that is there.
     */
    ObjectNode patched(ServiceDocument service, ObjectNode patch) {
        ObjectNode body = body(service);
        for (Map.Entry<String, JsonNode> each : patch.properties()) {
            boolean nested = each.getKey().equals("properties") || each.getKey().equals("sku");
            if (nested && each.getValue() instanceof ObjectNode parts) {
                ObjectNode into = (ObjectNode) body.path(each.getKey());
                parts.properties().forEach(part -> {
                    if (!part.getValue().isNull()) {
                        into.set(part.getKey(), part.getValue());
                    }
                });
            } else if (!each.getValue().isNull()) {
                body.set(each.getKey(), each.getValue());
            }
        }
        return body;
    }

    /** A region's name for people. */
    String displayName(String region) {
        Region known = regions.find(region);
        return known == null ? region : known.displayName();
    }

    private static ObjectNode sku(ServiceDocument service, Site site) {
        return JSON.objectNode().put("name", service.tier().displayName()).put("capacity", site.units());
    }

    private static ArrayNode zones(Site site) {
        ArrayNode zones = JSON.arrayNode();
        site.zones().forEach(zones::add);
        return zones;
    }

    private String regionalUrl(ServiceDocument service, Site site) {
        return "https://" + service.name().toLowerCase(Locale.ROOT) + "-" + site.region() + "-01.regional." + domain;
    }

    private static ArrayNode addresses(Site site, List<NodeView> nodes) {
        ArrayNode addresses = JSON.arrayNode();
        nodes.stream()
                .filter(node -> node.kind() == NodeView.Kind.GATEWAY)
                .filter(node -> site.region().equals(node.region()) && node.state() != NodeView.State.LOST)
                .map(NodeView::address)
                .map(address -> address.substring(0, Math.max(0, address.lastIndexOf(':'))))
                .filter(address -> !address.isEmpty())
                .distinct()
                .forEach(addresses::add);
        return addresses;
    }
}
