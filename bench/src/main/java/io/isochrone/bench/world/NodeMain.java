package io.isochrone.bench.world;

import io.isochrone.bench.fault.FaultLink;
import io.isochrone.bench.fault.FaultText;
import io.isochrone.bench.fault.Ledger;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.isochrone.router.geo.GeoDatabaseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One process of a world whose nodes are processes of their own, started by {@link WorldProcesses}. Prints {@code ready} and its
 * ports when it serves, and ends with its parent: when standard input ends. SIGTERM drains a gateway. SETUP is a {@link WorldSetup}.
 *
 * <pre>
 * backends SETUP                                   ready westeurope=PORT,eastus=PORT,…
 * gateway REGION NUMBER HOST:PORT SETUP REGION=PORT,…   ready PORT     (backends)
 * router PORT SETUP REGION=PORT+PORT,…             ready PORT ADMIN    (gateway nodes)
 * </pre>
 *
 * Each line of standard input is an order, answered by one line {@code answer …}:
 *
 * <pre>
 * backends   fail REGION SHARE    answers that share with 503
 *            ledger               answer IDS REPEATED: how many ids were executed, how many of them more than once
 *            forget               empties the ledger
 * gateway    fault TEXT           see {@link FaultText}
 * router     reload               takes a changed configuration
 * </pre>
 *
 * <p>Not thread-safe; confined to the main thread.
 */
public final class NodeMain {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    /** A node that runs: what it printed when it was ready, and how it does an order. Immutable. */
    private record Node(String ready, UnaryOperator<String> orders) {}

    private NodeMain() {}

    public static void main(String[] args) throws BindFailedException, GeoDatabaseException, IOException {
        Node node = switch (args[0]) {
            case "backends" -> backends(WorldSetup.parse(args[1]));
            case "gateway" -> gateway(args, WorldSetup.parse(args[4]));
            case "router" -> router(args, WorldSetup.parse(args[2]));
            default ->
                throw new IllegalArgumentException("kind: \"" + args[0] + "\" (expected: backends, gateway or router)");
        };
        System.out.println("ready " + node.ready());
        System.out.flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = in.readLine(); order != null; order = in.readLine()) {
            System.out.println("answer " + node.orders().apply(order));
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static String unknown(String order) {
        return "order: \"" + order + "\" (expected: one that this kind of node has)";
    }

    private static Node backends(WorldSetup setup) throws BindFailedException {
        Transport transport = Transport.start("backends", 1);
        Ledger ledger = new Ledger();
        Map<String, SampleBackend> backends = new HashMap<>();
        List<String> ports = new ArrayList<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            SampleBackend backend =
                    SampleBackend.start(transport, place.region(), FREE, ledger, place.nodes(), setup.backendNanos());
            backends.put(place.region().name(), backend);
            ports.add(place.region().name() + "=" + backend.address().port());
        }
        return new Node(String.join(",", ports), order -> {
            String[] words = order.split(" ", -1);
            switch (words[0]) {
                case "ledger" -> {
                    return ledger.size() + " " + ledger.repeated();
                }
                case "forget" -> ledger.clear();
                case "fail" -> {
                    SampleBackend backend = backends.get(words[1]);
                    if (backend != null) {
                        backend.fail(Double.parseDouble(words[2]));
                    }
                }
                default -> {
                    return unknown(order);
                }
            }
            return "done";
        });
    }

    private static Node gateway(String[] args, WorldSetup setup) throws BindFailedException {
        Region region = WorldNames.find(args[1]);
        FaultLink link = new FaultLink(args[1].hashCode() + Integer.parseInt(args[2]));
        GatewayNode node = GatewayNode.start(
                region,
                Integer.parseInt(args[2]),
                HostPort.parse(args[3]),
                WorldPlan.forGateways(first(parse(args[5])), setup),
                GatewayNode.way(region, setup.delay(), link),
                setup.rehearsal());
        Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "drain"));
        return new Node(String.valueOf(node.address().port()), order -> {
            if (!order.startsWith("fault ")) {
                return unknown(order);
            }
            link.set(FaultText.parse(order.substring("fault ".length())));
            return "done";
        });
    }

    private static Node router(String[] args, WorldSetup setup) throws BindFailedException, GeoDatabaseException {
        HostPort listen = new HostPort("127.0.0.1", Integer.parseInt(args[1]));
        Map<String, List<HostPort>> nodes = parse(args[3]);
        // The router sends to gateways only; the deployment wants some backend all the same.
        Map<String, HostPort> backends = first(nodes);
        Router router = Router.start(
                WorldPlan.deployment(listen, FREE, named(nodes, setup), backends, setup, WorldPlan.NODES),
                new RouterOptions(listen, FREE, "world-router", channel -> {}),
                setup.rehearsal());
        return new Node(router.port() + " " + router.adminPort(), order -> {
            if (!order.equals("reload")) {
                return unknown(order);
            }
            int attempts = router.snapshot().settings().maxAttempts() == WorldPlan.NODES
                    ? WorldPlan.NODES + 1
                    : WorldPlan.NODES;
            router.reload(WorldPlan.deployment(listen, FREE, named(nodes, setup), backends, setup, attempts));
            return "done";
        });
    }

    /** The nodes by name, if the world has names. */
    private static Map<String, List<HostPort>> named(Map<String, List<HostPort>> nodes, WorldSetup setup) {
        if (setup.dnsPort() == 0) {
            return nodes;
        }
        Map<String, List<HostPort>> all = new HashMap<>();
        nodes.forEach((region, ports) -> {
            List<HostPort> here = new ArrayList<>();
            for (HostPort at : ports) {
                here.add(new HostPort(WorldNames.dns(region), at.port()));
            }
            all.put(region, here);
        });
        return all;
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
