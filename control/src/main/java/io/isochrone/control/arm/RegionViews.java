package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.http.Reply;
import io.isochrone.control.nodes.NodeView;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Regions, tiers and the state of the network as the contract shows them. Pure.
 *
 * <p>Immutable.
 */
record RegionViews(ServiceView view) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    Reply regions(ServiceDocument service) {
        ObjectNode json = JSON.objectNode();
        ArrayNode value = json.putArray("value");
        for (Site site : service.sites()) {
            value.addObject()
                    .put("name", view.displayName(site.region()))
                    .put("isMasterRegion", site.equals(service.primary()))
                    .put("isDeleted", false);
        }
        return Reply.json(200, json.put("count", value.size()).toString());
    }

    /** What units the service may have in each tier that it could change to. */
    Reply skus(ServiceDocument service) {
        boolean several = !service.additional().isEmpty();
        ObjectNode json = JSON.objectNode();
        ArrayNode value = json.putArray("value");
        for (Tier tier : Tier.values()) {
            if (several && !tier.isMultiRegion()) {
                continue;
            }
            ObjectNode each = value.addObject().put("resourceType", ServiceView.TYPE);
            each.putObject("sku").put("name", tier.displayName());
            each.set("capacity", capacity(tier));
        }
        return Reply.json(200, json.put("count", value.size()).toString());
    }

    Reply skusOfAll() {
        ObjectNode json = JSON.objectNode();
        ArrayNode value = json.putArray("value");
        for (Tier tier : Tier.values()) {
            ObjectNode each = value.addObject().put("resourceType", "service").put("name", tier.displayName());
            ArrayNode locations = each.putArray("locations");
            ArrayNode infos = each.putArray("locationInfo");
            for (Region region : view.regions().regions()) {
                locations.add(region.displayName());
                infos.addObject().put("location", region.displayName()).putArray("zones");
            }
            each.set("capacity", capacity(tier));
            each.putArray("restrictions");
        }
        return Reply.json(200, json.toString());
    }

    private static ObjectNode capacity(Tier tier) {
        return JSON.objectNode()
                .put("minimum", 1)
                .put("maximum", tier.maxUnits())
                .put("default", 1)
                .put("scaleType", tier.maxUnits() == 1 ? "none" : "manual");
    }

    /** A bare list, as the contract has it. */
    Reply networkStatus(ServiceDocument service, List<NodeView> nodes) {
        ArrayNode all = JSON.arrayNode();
        for (Site site : service.sites()) {
            ObjectNode each = all.addObject().put("location", view.displayName(site.region()));
            each.set("networkStatus", status(site, nodes));
        }
        return Reply.json(200, all.toString());
    }

    /** Of one location, by its short or display name. */
    Reply networkStatus(ServiceDocument service, List<NodeView> nodes, String location) {
        Region region = view.regions().find(location);
        @Nullable
        Site site = service.sites().stream()
                .filter(each -> region != null && each.region().equals(region.name()))
                .findFirst()
                .orElse(null);
        if (site == null) {
            throw ArmException.notFound(service.id() + "/locations/" + location);
        }
        return Reply.json(200, status(site, nodes).toString());
    }

    private static ObjectNode status(Site site, List<NodeView> nodes) {
        ObjectNode status = JSON.objectNode();
        status.putArray("dnsServers");
        ArrayNode connections = status.putArray("connectivityStatus");
        for (NodeView node : nodes) {
            if (node.kind() != NodeView.Kind.GATEWAY || !site.region().equals(node.region())) {
                continue;
            }
            boolean lost = node.state() == NodeView.State.LOST;
            boolean refuses = node.refusal() != null;
            String word = lost || refuses
                    ? "failure"
                    : node.state() == NodeView.State.STARTING || node.applied() == null ? "initializing" : "success";
            String error = refuses
                    ? Objects.requireNonNull(node.refusal())
                    : lost ? "The node has not been heard of lately." : "";
            connections
                    .addObject()
                    .put("name", node.id())
                    .put("status", word)
                    .put("error", error)
                    .put("lastUpdated", node.seen().toString())
                    .put("lastStatusChange", node.seen().toString())
                    .put("resourceType", "Gateway")
                    .put("isOptional", false);
        }
        return status;
    }
}
