package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the services of a control plane. Not thread-safe; confined to the main thread. */
@Command(
        name = "list",
        header = {"Lists all services.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: isochrone service list"})
final class ServiceList extends Task {
    ServiceList(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        Listing table = new Listing("service", "tier", "primary", "regions", "units", "state", "address");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (ServiceView service : session.services()) {
            List<Place> places = service.places();
            table.row(
                    service.name(),
                    service.tier(),
                    places.get(0).region(),
                    places.size(),
                    places.stream().mapToInt(Place::units).sum(),
                    Listing.Cell.state(service.state()),
                    service.gatewayUrl());
            json.add(service.json());
        }
        session.print(json);
        session.table(table, "No service yet. Make one: isochrone service create NAME --location \"West Europe\"");
    }
}
