package io.isochrone.config.check;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.problem.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules for APIs and their backends. Thread-safe: no state. */
final class ApiRules {
    private ApiRules() {}

    static void check(Deployment deployment, Problems problems) {
        Map<String, String> names = new HashMap<>();
        Map<String, String> paths = new HashMap<>();
        boolean locationsKnown = !problems.isIncomplete("service");
        for (Api api : deployment.apis()) {
            String path = problems.pathOf(api, "apis");
            once(names, api.name().toLowerCase(Locale.ROOT), path, ".name", "\"" + api.name() + "\"", problems);
            once(paths, api.path(), path, ".path", api.path().isEmpty() ? "\"/\"" : "\"" + api.path() + "\"", problems);
            if (locationsKnown) {
                locations(deployment.service().locations(), api, path, problems);
            }
            api.backends().forEach(backend -> notOurselves(backend, deployment, path, problems));
            api.regionalBackends()
                    .values()
                    .forEach(all -> all.forEach(backend -> notOurselves(backend, deployment, path, problems)));
        }
    }

    private static void once(
            Map<String, String> seen, String value, String path, String key, String printed, Problems problems) {
        if (problems.isIncomplete(path + key) || !problems.isPlaced(path + key)) {
            return;
        }
        String first = seen.putIfAbsent(value, path + key);
        if (first != null) {
            problems.add(path + key, printed, "each API " + key.substring(1) + " once; " + first + " has it");
        }
    }

    private static void locations(List<Location> locations, Api api, String path, Problems problems) {
        Map<String, Region> regions = new LinkedHashMap<>();
        locations.forEach(location -> regions.put(location.region().name(), location.region()));
        api.regionalBackends().forEach((region, backends) -> {
            String key = path + ".regional-backends." + region;
            if (!regions.containsKey(region)) {
                problems.add(
                        key, "\"" + region + "\"", "a location of the service: " + String.join(", ", regions.keySet()));
            } else if (backends.isEmpty() && !problems.isIncomplete(path)) {
                problems.add(key, "none", "at least one backend; leave the region out to use backends");
            }
        });
        if (!api.backends().isEmpty() || problems.isIncomplete(path)) {
            return;
        }
        regions.forEach((name, region) -> {
            if (!api.regionalBackends().containsKey(name)) {
                problems.add(
                        path + ".backends",
                        "none for " + region.displayName(),
                        "a backend in every location: in backends, or in regional-backends");
            }
        });
    }

    private static void notOurselves(Backend backend, Deployment deployment, String api, Problems problems) {
        String listener = listener(backend.address(), deployment);
        if (listener != null) {
            problems.add(
                    problems.pathOf(backend, api),
                    "\"" + backend.url() + "\"",
                    "a backend that is not " + listener + " of this deployment; requests would go in circles");
        }
    }

    private static @Nullable String listener(HostPort address, Deployment deployment) {
        RouterSettings router = deployment.router();
        if (Addresses.overlap(address, router.listen())) {
            return "the router";
        }
        if (Addresses.overlap(address, router.admin())) {
            return "the router's admin port";
        }
        for (Location location : deployment.service().locations()) {
            for (HostPort node : location.nodes()) {
                if (Addresses.overlap(address, node)) {
                    return "a gateway";
                }
            }
        }
        return null;
    }
}
