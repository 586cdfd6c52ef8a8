package io.isochrone.config.check;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.problem.Problems;
import java.util.HashMap;
import java.util.Map;

/** The rules for a service's locations. Thread-safe: no state. */
final class ServiceRules {
    private ServiceRules() {}

    static void check(Service service, Nodes nodes, Problems problems) {
        each(service, nodes, problems);
        nodes(service, problems);
        if (!service.additional().isEmpty()
                && !service.tier().isMultiRegion()
                && !problems.isIncomplete("service.tier")) {
            problems.add(
                    "service.additional-locations",
                    service.additional().size() + " in tier " + service.tier().displayName(),
                    "none; more than one location needs tier Premium");
        }
        if (service.locations().stream().allMatch(Location::gatewayDisabled) && !problems.isIncomplete("service")) {
            problems.add("service", "every gateway is disabled", "at least one location without gateway-disabled");
        }
    }

    private static void each(Service service, Nodes nodes, Problems problems) {
        Map<String, String> pathByRegion = new HashMap<>();
        Tier tier = service.tier();
        for (Location location : service.locations()) {
            String path = problems.pathOf(location, "service.primary");
            if (!problems.isIncomplete(path + ".location") && problems.isPlaced(path + ".location")) {
                String first = pathByRegion.putIfAbsent(location.region().name(), path);
                if (first != null) {
                    problems.add(
                            path + ".location",
                            "\"" + location.region().displayName() + "\"",
                            first.equals("service.primary")
                                    ? "a location other than the primary"
                                    : "each location once; " + first + " has it");
                }
            }
            if (location.units() > tier.maxUnits() && !problems.isIncomplete("service.tier")) {
                problems.add(
                        path + ".units",
                        Integer.toString(location.units()),
                        "1 to " + tier.maxUnits() + " in tier " + tier.displayName());
            }
            if (nodes == Nodes.WRITTEN
                    && !location.gatewayDisabled()
                    && location.nodes().isEmpty()
                    && problems.isPlaced(path)
                    && !problems.isIncomplete(path)) {
                boolean said = problems.isPlaced(path + ".nodes");
                problems.add(path + ".nodes", said ? "none" : "missing", "HOST:PORT of each gateway node");
            }
        }
    }

    private static void nodes(Service service, Problems problems) {
        Map<HostPort, String> pathByNode = new HashMap<>();
        for (Location location : service.locations()) {
            for (HostPort node : location.nodes()) {
                String path = problems.pathOf(node, "service");
                String first = pathByNode.putIfAbsent(Addresses.canonical(node), path);
                if (first != null) {
                    problems.add(path, "\"" + node + "\"", "each node once; " + first + " has it");
                }
            }
        }
    }
}
