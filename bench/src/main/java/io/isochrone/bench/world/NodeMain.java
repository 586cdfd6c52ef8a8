package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.gateway.Gateway;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.isochrone.router.geo.GeoDatabaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One process of a world whose nodes are processes of their own, started by {@link WorldProcesses}. Prints {@code ready} and its
 * ports when it serves, and ends with its parent: when standard input ends.
 *
 * <pre>
 * backends                                         ready westeurope=PORT,eastus=PORT,…
 * gateway REGION NUMBER PORT DELAY REGION=PORT,…   ready PORT          (backends)
 * router PORT REGION=PORT+PORT,…                   ready PORT ADMIN    (gateway nodes)
 * </pre>
 *
 * <p>Not thread-safe; confined to the main thread.
 */
public final class NodeMain {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    private NodeMain() {}

    public static void main(String[] args) throws BindFailedException, GeoDatabaseException, IOException {
        String ready = switch (args[0]) {
            case "backends" -> backends();
            case "gateway" -> gateway(args);
            case "router" -> router(args);
            default ->
                throw new IllegalArgumentException("kind: \"" + args[0] + "\" (expected: backends, gateway or router)");
        };
        System.out.println("ready " + ready);
        System.out.flush();
        while (System.in.read() >= 0) {
            // Whatever the parent writes is no command: only the end of the stream counts.
        }
        Runtime.getRuntime().halt(0);
    }

    private static String backends() throws BindFailedException {
        Transport transport = Transport.start("backends", 1);
        List<String> ports = new ArrayList<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            SampleBackend backend = SampleBackend.start(transport, place.region(), FREE);
            ports.add(place.region().name() + "=" + backend.address().port());
        }
        return String.join(",", ports);
    }

    private static String gateway(String[] args) throws BindFailedException {
        Region region = WorldNames.find(args[1]);
        GatewayNode node = GatewayNode.start(
                region,
                Integer.parseInt(args[2]),
                new HostPort("127.0.0.1", Integer.parseInt(args[3])),
                WorldPlan.forGateways(first(parse(args[5]))),
                GatewayNode.distance(region, Boolean.parseBoolean(args[4])),
                Gateway.WARM_UP);
        return String.valueOf(node.address().port());
    }

    private static String router(String[] args) throws BindFailedException, GeoDatabaseException {
        HostPort listen = new HostPort("127.0.0.1", Integer.parseInt(args[1]));
        Map<String, List<HostPort>> nodes = parse(args[2]);
        // The router sends to gateways only; the deployment wants some backend all the same.
        Map<String, HostPort> backends = first(nodes);
        Router router = Router.start(
                WorldPlan.deployment(listen, FREE, nodes, backends),
                new RouterOptions(listen, FREE, "world-router", channel -> {}),
                Router.WARM_UP);
        return router.port() + " " + router.adminPort();
    }

    /** Reads {@code region=port+port,region=port}. */
    static Map<String, List<HostPort>> parse(String text) {
        Map<String, List<HostPort>> all = new HashMap<>();
        for (String pair : text.split(",", -1)) {
            String[] sides = pair.split("=", -1);
            List<HostPort> ports = new ArrayList<>();
            for (String port : sides[1].split("\\+", -1)) {
                ports.add(new HostPort("127.0.0.1", Integer.parseInt(port)));
            }
            all.put(sides[0], ports);
        }
        return all;
    }

    private static Map<String, HostPort> first(Map<String, List<HostPort>> all) {
        Map<String, HostPort> one = new HashMap<>();
        all.forEach((region, ports) -> one.put(region, ports.get(0)));
        return one;
    }
}
