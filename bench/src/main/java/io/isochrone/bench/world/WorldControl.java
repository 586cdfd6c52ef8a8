package io.isochrone.bench.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.bench.fault.FaultText;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.admin.AdminRequest;
import io.isochrone.proxy.admin.AdminResponse;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.Router;
import java.util.Set;

/**
 * How a second terminal acts on a running world, on the router's admin port: {@code GET /world/status}, {@code POST
 * /world/offline?region=NAME}, {@code POST /world/online?region=NAME}, {@code POST /world/fault?region=NAME&fault=TEXT}, {@code POST
 * /world/heal?region=NAME}. Each answers with the status.
 *
 * <p>Thread-safe: no state of its own.
 */
final class WorldControl {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final World world;

    WorldControl(World world) {
        this.world = world;
    }

    void register(Router router) {
        router.adminRoute("/world/status", Set.of("GET", "HEAD"), request -> status());
        router.adminRoute("/world/offline", Set.of("POST"), request -> changed(() -> world.offline(region(request))));
        router.adminRoute("/world/online", Set.of("POST"), request -> changed(() -> world.online(region(request))));
        router.adminRoute("/world/fault", Set.of("POST"), request -> {
            String fault = request.parameter("fault");
            return changed(() -> world.fault(region(request), FaultText.parse(fault == null ? "" : fault)));
        });
        router.adminRoute("/world/heal", Set.of("POST"), request -> changed(() -> world.heal(region(request))));
    }

    /** What may fail as nodes do at their start. */
    private interface Change {
        void make() throws BindFailedException;
    }

    private AdminResponse changed(Change change) {
        try {
            change.make();
            return status();
        } catch (IllegalArgumentException e) {
            return AdminResponse.error(400, String.valueOf(e.getMessage()));
        } catch (BindFailedException e) {
            return AdminResponse.error(409, String.valueOf(e.getMessage()));
        }
    }

    private static Region region(AdminRequest request) {
        String name = request.parameter("region");
        return WorldNames.find(name == null ? "" : name);
    }

    private AdminResponse status() {
        ObjectNode all = JSON.createObjectNode();
        all.put("router", "127.0.0.1:" + world.port());
        all.put("admin", "127.0.0.1:" + world.adminPort());
        ArrayNode regions = all.putArray("regions");
        for (RegionStatus status : world.status()) {
            ObjectNode one = regions.addObject();
            one.put("name", status.region().name());
            one.put("displayName", status.region().displayName());
            one.put("primary", status.primary());
            one.put("online", status.online());
            one.put("fault", status.fault());
            ArrayNode nodes = one.putArray("nodes");
            for (HostPort node : status.nodes()) {
                nodes.add(node.toString());
            }
            one.put("backend", status.backend().toString());
        }
        return AdminResponse.json(all.toPrettyString() + "\n");
    }
}
