package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the regions of a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "list",
        header = {"Lists the regions of a service: units, zones, nodes.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  isochrone region list", "  isochrone region list --service apim1 --json"})
final class RegionList extends Task {
    @Mixin
    private ServiceOption of;

    RegionList(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(of.name);
        show(session, service);
    }

    /** Prints a service's regions. */
    static void show(Session session, ServiceView service) {
        List<JsonNode> nodes = session.nodes(service);
        Listing table = new Listing("region", "units", "zones", "gateway", "nodes", "address");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Place place : service.places()) {
            Nodes.Count count = Nodes.count(nodes, place.region());
            table.row(
                    place.region() + (place.primary() ? " (primary)" : ""),
                    place.units(),
                    place.zones().isEmpty() ? "-" : String.join(",", place.zones()),
                    Listing.Cell.state(place.disabled() ? "off" : "on"),
                    count.all() == 0 ? "-" : count.serving() + "/" + count.all(),
                    place.url().isEmpty() ? "-" : place.url());
            ObjectNode one = json.addObject();
            one.put("name", RegionNames.key(place.region()))
                    .put("displayName", place.region())
                    .put("primary", place.primary())
                    .put("units", place.units());
            place.zones().forEach(one.putArray("zones")::add);
            one.put("disabled", place.disabled())
                    .put("nodes", count.all())
                    .put("serving", count.serving())
                    .put("url", place.url());
        }
        session.print(json);
        session.table(table, "none");
    }
}
