package io.isochrone.config.check;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Service;
import io.isochrone.config.problem.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules that hold between the records of a deployment. Thread-safe: no state. */
public final class DeploymentRules {
    private DeploymentRules() {}

    /** Adds a problem for every broken rule. */
    public static void check(Deployment deployment, Problems problems) {
        locations(deployment.service(), problems);
        apis(deployment, problems);
        idleTimes(deployment, problems);
    }

    private static void locations(Service service, Problems problems) {
        Set<String> seen = new HashSet<>();
        Set<HostPort> nodes = new HashSet<>();
        boolean enabled = false;
        for (Location location : service.locations()) {
            String path = problems.pathOf(location, "service.primary");
            String name = location.region().displayName();
            if (!seen.add(location.region().name())) {
                boolean primary = location.region()
                        .name()
                        .equals(service.primary().region().name());
                problems.add(
                        path + ".location",
                        "\"" + name + "\"",
                        primary ? "a location other than the primary" : "each location once");
            }
            if (location.units() > service.tier().maxUnits()) {
                problems.add(
                        path + ".units",
                        Integer.toString(location.units()),
                        "1 to " + service.tier().maxUnits() + " in tier "
                                + service.tier().displayName());
            }
            enabled |= !location.gatewayDisabled();
            if (!location.gatewayDisabled() && location.nodes().isEmpty()) {
                problems.add(path + ".nodes", "missing", "the HOST:PORT of each gateway node, for the router");
            }
            for (HostPort node : location.nodes()) {
                if (!nodes.add(node)) {
                    problems.add(problems.pathOf(node, path + ".nodes"), "\"" + node + "\"", "each node once");
                }
            }
        }
        if (!service.additional().isEmpty() && !service.tier().isMultiRegion()) {
            problems.add(
                    "service.additional-locations",
                    service.additional().size() + " in tier " + service.tier().displayName(),
                    "none; more than one location needs tier Premium");
        }
        if (!enabled) {
            problems.add("service", "every gateway is disabled", "at least one location without gateway-disabled");
        }
    }

    private static void apis(Deployment deployment, Problems problems) {
        Set<String> names = new HashSet<>();
        Set<String> paths = new HashSet<>();
        Set<HostPort> own = new HashSet<>();
        own.add(deployment.router().listen());
        deployment.service().locations().forEach(location -> own.addAll(location.nodes()));
        for (Api api : deployment.apis()) {
            String path = problems.pathOf(api, "apis");
            if (!names.add(api.name())) {
                problems.add(path + ".name", "\"" + api.name() + "\"", "each API name once");
            }
            if (!paths.add(api.path())) {
                problems.add(path + ".path", "\"" + (api.path().isEmpty() ? "/" : api.path()) + "\"", "each path once");
            }
            regions(deployment, api, path, problems);
            api.backends().forEach(b -> notOurselves(b, own, path + ".backends", problems));
            api.regionalBackends()
                    .forEach((region, list) ->
                            list.forEach(b -> notOurselves(b, own, path + ".regional-backends", problems)));
        }
    }

    private static void regions(Deployment deployment, Api api, String path, Problems problems) {
        List<String> regions = deployment.service().locations().stream()
                .map(location -> location.region().name())
                .toList();
        for (String region : api.regionalBackends().keySet()) {
            if (!regions.contains(region)) {
                problems.add(path + ".regional-backends." + region, "\"" + region + "\"", "a location of the service");
            }
        }
        for (Location location : deployment.service().locations()) {
            if (!location.gatewayDisabled()
                    && api.backendsIn(location.region().name()).isEmpty()) {
                problems.add(
                        path + ".backends",
                        "none for " + location.region().displayName(),
                        "a backend in every location: in backends, or in regional-backends");
            }
        }
    }

    private static void notOurselves(Backend backend, Set<HostPort> own, String path, Problems problems) {
        if (own.contains(backend.address())) {
            problems.add(
                    problems.pathOf(backend, path),
                    "\"" + backend.url() + "\"",
                    "a backend that is not a router or gateway of this deployment; requests would go in circles");
        }
    }

    private static void idleTimes(Deployment deployment, Problems problems) {
        var router = deployment.router().timeouts().upstreamIdle();
        var gateway = deployment.gateway().timeouts().downstreamIdle();
        if (router.compareTo(gateway) >= 0) {
            problems.add(
                    "router.timeouts.upstream-idle",
                    router.toMillis() + "ms",
                    "less than gateway.timeouts.downstream-idle, " + gateway.toMillis()
                            + "ms: the router must close idle connections first, or requests are lost");
        }
    }
}
