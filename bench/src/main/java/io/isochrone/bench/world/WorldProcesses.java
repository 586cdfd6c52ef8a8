package io.isochrone.bench.world;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.fault.FaultText;
import io.isochrone.bench.fault.NameServer;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A world whose nodes are processes: one with all backends, one for each gateway node, one router. Every fault can be done to a region or to some of its nodes, and be healed;
 * nodes are started again on their ports.
 *
 * <p>Thread-safe: faults and starts come one after another.
 */
public final class WorldProcesses implements AutoCloseable {
    private static final String HOME = "127.0.0.1";
    private static final String AWAY = "127.0.0.2";
    private static final long TTL_SECONDS = 1;

    private static final List<String> SMALL = flags("-Xmx96m", "-XX:TieredStopAtLevel=1");
    private static final List<String> LARGE = flags("-Xmx256m");

    private static final long WARM_NANOS = 30_000_000_000L;

    private final List<NodeProcess> processes = new ArrayList<>();
    private final Map<String, List<NodeProcess>> gateways = new LinkedHashMap<>();
    private final Map<String, List<Integer>> ports = new LinkedHashMap<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private final WorldSetup setup;
    private final NodeProcess backend;
    private final @Nullable NodeProcess routerProcess;
    private final String backends;
    private final int port;
    private final int adminPort;
    private @Nullable PeerProcess peer;
    private final @Nullable NameServer names;
    /** Regions whose nodes are no longer at {@value #HOME}. */
    private final Map<String, String> hosts = new HashMap<>();
    /** What moved away from where it was, and is to end. */
    private final Map<String, List<NodeProcess>> left = new HashMap<>();

    private WorldProcesses(WorldSetup wanted, Front front, LoadClients clients)
            throws IOException, InterruptedException {
        boolean byName = wanted.dnsPort() == WorldSetup.BY_NAME;
        names = byName ? NameServer.start() : null;
        setup = names == null ? wanted : wanted.withDnsPort(names.port());
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            tell(place.region().name());
        }
        try {
            backend = started(NodeProcess.start(SMALL, List.of("backends", setup.text())));
            backends = backend.awaitReady();
            for (WorldPlan.Place place : WorldPlan.PLACES) {
                List<Integer> any = new ArrayList<>();
                for (int i = 0; i < place.nodes(); i++) {
                    any.add(0);
                }
                startGateways(place.region().name(), any);
            }
            for (String region : gateways.keySet()) {
                ports.put(region, awaitPorts(region));
            }
            if (front == Front.ISOCHRONE) {
                NodeProcess router = started(NodeProcess.start(LARGE, List.of("router", "0", setup.text(), nodes())));
                String[] words = router.awaitReady().split(" ", -1);
                routerProcess = router;
                port = Integer.parseInt(words[0]);
                adminPort = Integer.parseInt(words[1]);
            } else {
                PeerProcess started = PeerProcess.start(front, orders(clients), addresses());
                peer = started;
                routerProcess = null;
                port = started.port();
                adminPort = 0;
            }
            awaitWarm();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A rate that meets nodes which still warm up would leave more connections open than it needs. */
    private void awaitWarm() throws IOException, InterruptedException {
        StatusCheck check = new StatusCheck();
        long giveUp = System.nanoTime() + WARM_NANOS;
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            for (HostPort node : nodes(place.region())) {
                check.await(node, StatusCheck.GATEWAY, giveUp);
            }
        }
        if (adminPort != 0) {
            check.await(admin(), StatusCheck.ROUTER, giveUp);
        }
    }

    private static Map<String, List<Region>> orders(LoadClients clients) {
        RegionOrders orders = new RegionOrders();
        Map<String, List<Region>> all = new HashMap<>();
        clients.all().forEach(client -> all.put(client.address(), orders.of(client)));
        return all;
    }

    private Map<String, List<HostPort>> addresses() {
        Map<String, List<HostPort>> all = new HashMap<>();
        WorldPlan.PLACES.forEach(place -> all.put(place.region().name(), nodes(place.region())));
        return all;
    }

    /** Starts all processes and waits until they serve and have warmed up. */
    public static WorldProcesses start(boolean delay) throws IOException, InterruptedException {
        return start(WorldSetup.PLAIN.withDelay(delay), Front.ISOCHRONE, LoadClients.world());
    }

    /** The same with another front; {@code clients} are whom a peer is configured for. */
    public static WorldProcesses start(WorldSetup setup, Front front, LoadClients clients)
            throws IOException, InterruptedException {
        return new WorldProcesses(setup, front, clients);
    }

    private static List<String> flags(String... own) {
        List<String> all = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms32m", "-XX:MaxDirectMemorySize=128m"));
        all.addAll(List.of(own));
        int java = Runtime.version().feature();
        if (java >= 22) {
            all.add("--enable-native-access=ALL-UNNAMED");
        }
        if (java >= 23) {
            all.add("--sun-misc-unsafe-memory-access=allow");
        }
        return List.copyOf(all);
    }

    private NodeProcess started(NodeProcess process) {
        processes.add(process);
        return process;
    }

    private void startGateways(String region, List<Integer> on) throws IOException {
        List<NodeProcess> here = new ArrayList<>();
        gateways.put(region, here);
        for (int i = 0; i < on.size(); i++) {
            here.add(startGateway(region, i, on.get(i)));
        }
    }

    private NodeProcess startGateway(String region, int index, int on) throws IOException {
        return started(NodeProcess.start(
                SMALL,
                List.of(
                        "gateway",
                        region,
                        String.valueOf(index + 1),
                        host(region) + ":" + on,
                        setup.text(),
                        backends)));
    }

    private String host(String region) {
        return hosts.getOrDefault(region, HOME);
    }

    /** Makes the region's name lead to where it is. */
    private void tell(String region) {
        NameServer server = names;
        if (server != null) {
            server.name(WorldNames.dns(region), TTL_SECONDS, host(region));
        }
    }

    /** Starts the region's nodes anew at the other address, and lets the name lead there when they serve. */
    private void move(String region) throws IOException, InterruptedException {
        left.put(region, List.copyOf(gateways.getOrDefault(region, List.of())));
        hosts.put(region, host(region).equals(HOME) ? AWAY : HOME);
        startGateways(region, ports.getOrDefault(region, List.of()));
        awaitPorts(region);
        StatusCheck check = new StatusCheck();
        long giveUp = System.nanoTime() + WARM_NANOS;
        for (int port : ports.getOrDefault(region, List.of())) {
            check.await(new HostPort(host(region), port), StatusCheck.GATEWAY, giveUp);
        }
        tell(region);
    }

    private void failNames(boolean on) {
        NameServer server = names;
        if (server != null) {
            server.behave(on ? NameServer.Behaviour.SERVFAIL : NameServer.Behaviour.ANSWER);
        }
    }

    private List<Integer> awaitPorts(String region) throws IOException, InterruptedException {
        List<Integer> found = new ArrayList<>();
        for (NodeProcess node : gateways.getOrDefault(region, List.of())) {
            found.add(Integer.parseInt(node.awaitReady()));
        }
        return found;
    }

    private String nodes() {
        return ports.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().stream().map(String::valueOf).collect(Collectors.joining("+")))
                .collect(Collectors.joining(","));
    }

    /** Where clients connect. */
    public HostPort router() {
        return new HostPort("127.0.0.1", port);
    }

    /** Where operators connect; port 0 when a peer is the front. */
    public HostPort admin() {
        return new HostPort("127.0.0.1", adminPort);
    }

    /** Where a region's gateway nodes listen, or listened. */
    public synchronized List<HostPort> nodes(Region region) {
        return ports(region).stream()
                .map(at -> new HostPort(host(region.name()), at))
                .toList();
    }

    /** SIGKILLs all gateway nodes of a region. */
    public synchronized void kill(Region region) {
        faults.put(region.name(), new Fault.Kill());
        here(region).forEach(NodeProcess::kill);
    }

    /** Does something to a region, or to the first {@code nodes} of its nodes. Throws IOException when a node does not obey. */
    public synchronized void fault(Region region, int nodes, Fault fault) throws IOException, InterruptedException {
        faults.put(region.name(), fault);
        if (fault instanceof Fault.Unavailable unavailable && unavailable.by() == Fault.Answerer.BACKEND) {
            backend.ask("fail " + region.name() + " " + unavailable.share());
            return;
        }
        if (fault instanceof Fault.NamesMove) {
            move(region.name());
            return;
        }
        if (fault instanceof Fault.NamesFail) {
            failNames(true);
            return;
        }
        List<NodeProcess> here = here(region);
        for (NodeProcess node : here.subList(0, Math.min(nodes, here.size()))) {
            if (fault instanceof Fault.Kill) {
                node.kill();
            } else if (fault instanceof Fault.Freeze) {
                node.freeze(true);
            } else {
                node.ask("fault " + FaultText.of(fault));
            }
        }
    }

    /** Ends a region's fault. Nodes that were killed or refuse are started again on their ports; does not wait until they serve. */
    public synchronized void heal(Region region) throws IOException, InterruptedException {
        Fault fault = faults.remove(region.name());
        if (fault instanceof Fault.Unavailable unavailable && unavailable.by() == Fault.Answerer.BACKEND) {
            backend.ask("fail " + region.name() + " 0");
            return;
        }
        if (fault instanceof Fault.NamesFail) {
            failNames(false);
        }
        for (NodeProcess old : left.getOrDefault(region.name(), List.of())) {
            old.terminate();
        }
        left.remove(region.name());
        if (fault instanceof Fault.NamesMove || fault instanceof Fault.NamesFail) {
            return;
        }
        List<NodeProcess> here = here(region);
        for (int i = 0; i < here.size(); i++) {
            NodeProcess node = here.get(i);
            if (fault instanceof Fault.Refuse || !node.isAlive()) {
                node.end();
                here.set(i, startGateway(region.name(), i, ports(region).get(i)));
            } else if (fault instanceof Fault.Freeze) {
                node.freeze(false);
            } else if (fault != null) {
                node.ask("fault none");
            }
        }
    }

    /** Tells a node of a region (from 0) to end, waits until it has, and starts it again; does not wait until it serves. */
    public synchronized void restart(Region region, int index) throws IOException, InterruptedException {
        NodeProcess node = here(region).get(index);
        if (!node.terminate()) {
            throw new IOException("node: " + node.describe() + " (expected: it ends within a minute of SIGTERM)");
        }
        here(region).set(index, startGateway(region.name(), index, ports(region).get(index)));
    }

    /** Lets the router take a changed configuration. */
    public synchronized void reloadRouter() throws IOException, InterruptedException {
        if (routerProcess != null) {
            routerProcess.ask("reload");
        }
    }

    /** Stops the router where it is, or lets it go on. */
    public synchronized void freezeRouter(boolean on) throws IOException, InterruptedException {
        if (routerProcess != null) {
            routerProcess.freeze(on);
        }
    }

    /** How many request ids were executed more than once, at any backends. */
    public synchronized long repeated() throws IOException, InterruptedException {
        return Long.parseLong(backend.ask("ledger").split(" ", -1)[1]);
    }

    /** Forgets what was executed. */
    public synchronized void forgetExecutions() throws IOException, InterruptedException {
        backend.ask("forget");
    }

    private List<NodeProcess> here(Region region) {
        return gateways.getOrDefault(region.name(), List.of());
    }

    private List<Integer> ports(Region region) {
        return ports.getOrDefault(region.name(), List.of());
    }

    /** Whether all of a region's nodes have said that they serve. */
    public synchronized boolean isServing(Region region) {
        return here(region).stream().allMatch(NodeProcess::isReady);
    }

    /** A line or more for each process: what it is, whether it runs, how it ended, its last complaints. */
    public synchronized String describe() {
        return processes.stream().map(NodeProcess::describe).collect(Collectors.joining("\n"));
    }

    /** Ends every process. */
    @Override
    public synchronized void close() {
        PeerProcess front = peer;
        if (front != null) {
            front.close();
        }
        processes.forEach(NodeProcess::kill);
        processes.forEach(NodeProcess::end);
        if (names != null) {
            names.close();
        }
    }
}
