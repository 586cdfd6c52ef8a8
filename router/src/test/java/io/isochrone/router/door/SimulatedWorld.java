package io.isochrone.router.door;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.resilience.RefusalRule;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.router.geo.GeoDatabase;
import io.isochrone.router.geo.Locator;
import io.isochrone.router.geo.Place;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.region.Regions;
import io.isochrone.router.steering.Steering;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of one router over hours in milliseconds: clients on four continents, gateway nodes with a queue and one worker each, distances, deaths and returns, all
 * in a time of its own. What a router decides by is the product's own; what carries it is not there.
 *
 * <p>Not thread-safe; confined to its test.
 */
final class SimulatedWorld {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final int WEST_EUROPE = 0;

    private static final int MAX_ATTEMPTS = 5;
    private static final String[] NAMES = {"westeurope", "eastus", "southeastasia", "brazilsouth"};
    private static final int[] NODES = {2, 1, 1, 1};
    /** Round trips between clients who live near a region and each region, in milliseconds. */
    private static final int[][] ROUND_TRIPS = {
        {10, 85, 160, 190}, {85, 10, 220, 120}, {160, 220, 10, 320}, {190, 120, 320, 10}
    };

    /** A request that has ended: who sent it when, how long it took, and which region served it (-1: none did). Immutable. */
    record Ended(int home, long dueNanos, long nanos, int region, int attempts) {
        boolean isServed() {
            return region >= 0;
        }

        /** How long it took beyond the way to who served it. */
        long aboveNanos() {
            return isServed() ? nanos - ROUND_TRIPS[home][region] * MILLI : nanos;
        }
    }

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    /** A gateway node. Not thread-safe; confined to its world. */
    private static final class Node {
        private final int region;
        private final Endpoint endpoint;
        private final NodeHealth health = new NodeHealth(Probing.DEFAULTS, (from, to, reason) -> {}, 0);
        private boolean up = true;
        private int life;
        private int inside;
        private long busyUntil;

        Node(int region, int number) {
            this.region = region;
            this.endpoint = new Endpoint(
                    NAMES[region] + "-" + number, NAMES[region], InetSocketAddress.createUnresolved("test", 1), health);
            health.probed(NodeState.Event.PROBE_GOOD, "test", 0, 0);
        }
    }

    /** A request on its way. Not thread-safe; confined to its world. */
    private final class Run {
        private final int home;
        private final long due = now;
        private final RegionForwarding plan;
        private int attempts;
        private long sent;

        Run(int home) {
            this.home = home;
            this.plan = new RegionForwarding(
                    snapshot,
                    Steering.order(points.get(home), snapshot.candidates(now)),
                    API,
                    "9.9.9.9",
                    ForwardedFields.of(ForwardedHeaders.DEFAULTS, "9.9.9.9", false, false, REQUEST));
        }

        void attempt() {
            Endpoint to = attempts < MAX_ATTEMPTS ? plan.next(attempts, now) : null;
            while (to != null && !plan.enter(to)) {
                to = plan.next(attempts, now);
            }
            if (to == null) {
                end(-1);
                return;
            }
            attempts++;
            sent = now;
            Node node = node(to);
            in(way(node), () -> arrived(node));
        }

        private long way(Node node) {
            return ROUND_TRIPS[home][node.region] * MILLI / 2;
        }

        private void arrived(Node node) {
            if (!node.up) {
                in(way(node), () -> failed(node, Failure.CONNECT_REFUSED));
            } else if (node.inside == queue) {
                in(way(node), () -> {
                    plan.isNotProcessed(refusal);
                    failed(node, Failure.NOT_PROCESSED);
                });
            } else {
                node.inside++;
                node.busyUntil = Math.max(node.busyUntil, now) + serviceNanos;
                int life = node.life;
                in(node.busyUntil - now, () -> done(node, life));
            }
        }

        private void done(Node node, int life) {
            if (node.life != life) {
                in(way(node), () -> failed(node, Failure.RESET_BEFORE_RESPONSE));
                return;
            }
            node.inside--;
            in(way(node), () -> {
                plan.isNotProcessed(null);
                plan.attemptEnded(node.endpoint, null, 200, now - sent, now);
                end(node.region);
            });
        }

        private void failed(Node node, Failure failure) {
            plan.attemptEnded(node.endpoint, failure, 0, now - sent, now);
            attempt();
        }

        private void end(int region) {
            plan.ended();
            ended.add(new Ended(home, due, now - due, region, attempts));
        }
    }

    private static final H1Request REQUEST = new H1Request();
    private static final NotProcessedMark MARK = NotProcessedMark.of("a secret of the simulated world");
    private static final Api API = new Api("sample", "", List.of(), Map.of(), false);

    static {
        byte[] head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        if (REQUEST.parse(head, head.length, 8192, 100) != null) {
            throw new IllegalStateException("the head does not parse");
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<GeoPoint> points = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private final Random random;
    private final long serviceNanos;
    private final int queue;
    private final String refusal;
    private final RouterSnapshot snapshot;
    private long now;
    private long numbers;

    /**
     * @param perNode requests a second that a node can do
     * @param queue requests that a node has under way at most
     * @param refusal what a full node says: {@link NotProcessedMark#OVERLOADED} of itself, {@link NotProcessedMark#BULKHEAD_FULL} of the API
     */
    SimulatedWorld(int perNode, int queue, String refusal, long seed) {
        this.queue = queue;
        this.refusal = Objects.requireNonNull(MARK.value(refusal));
        this.serviceNanos = SECOND / perNode;
        this.random = new Random(seed);
        List<RegionState> regions = new ArrayList<>();
        GeoPoint own = new GeoPoint(52.4, 4.9);
        for (int i = 0; i < NAMES.length; i++) {
            Region region = Objects.requireNonNull(RegionCatalogue.clouds().find(NAMES[i]));
            List<Endpoint> here = new ArrayList<>();
            for (int n = 0; n < NODES[i]; n++) {
                Node node = new Node(i, n);
                nodes.add(node);
                here.add(node.endpoint);
            }
            points.add(region.point());
            regions.add(Regions.of(region, here, own, API.name()));
        }
        this.snapshot = new RouterSnapshot(
                RouterSettings.DEFAULTS,
                new EngineSettings(Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS),
                regions,
                new ApiMatcher(List.of(API)),
                new Locator(new Nowhere(own), own),
                MARK,
                new RefusalRule());
        at(0, this::probe);
    }

    /** Runs {@code what} when so much time has passed. */
    private void in(long nanos, Runnable what) {
        events.add(new Event(now + nanos, numbers++, what));
    }

    /** Plans something for a time since the beginning. */
    void at(long nanos, Runnable what) {
        events.add(new Event(nanos, numbers++, what));
    }

    /** Requests of the clients near each region come, as many for each of its nodes, by chance. */
    void load(double perNodeAndSecond, long from, long to) {
        for (int home = 0; home < NAMES.length; home++) {
            int place = home;
            double every = SECOND / (perNodeAndSecond * NODES[home]);
            at(from, () -> come(place, every, to));
        }
    }

    private void come(int home, double every, long to) {
        if (now < to) {
            new Run(home).attempt();
            in((long) (-Math.log(1 - random.nextDouble()) * every), () -> come(home, every, to));
        }
    }

    /** All nodes of a region end. */
    void kill(int region) {
        nodes.stream().filter(node -> node.region == region).forEach(node -> {
            node.up = false;
            node.life++;
            node.inside = 0;
            node.busyUntil = now;
        });
    }

    /** They are there again. */
    void revive(int region) {
        nodes.stream().filter(node -> node.region == region).forEach(node -> node.up = true);
    }

    /** All nodes of a region do nothing for a time, as when the machine has other things to do. */
    void stall(int region, long nanos) {
        nodes.stream()
                .filter(node -> node.region == region)
                .forEach(node -> node.busyUntil = Math.max(node.busyUntil, now) + nanos);
    }

    private void probe() {
        for (Node node : nodes) {
            node.health.probed(node.up ? NodeState.Event.PROBE_GOOD : NodeState.Event.PROBE_REFUSED, "probe", now, now);
        }
        in(Probing.DEFAULTS.interval().toNanos(), this::probe);
    }

    /** Lets time pass until then. */
    void run(long until) {
        while (!events.isEmpty() && events.element().at <= until) {
            Event next = events.remove();
            now = next.at;
            next.what.run();
        }
        now = until;
    }

    private Node node(Endpoint endpoint) {
        return nodes.stream()
                .filter(node -> node.endpoint == endpoint)
                .findFirst()
                .orElseThrow();
    }

    /** What ended, of the requests that were due in that time. */
    List<Ended> due(long from, long to) {
        return ended.stream()
                .filter(one -> one.dueNanos >= from && one.dueNanos < to)
                .toList();
    }

    /** The 99th percentile beyond distance of those due in that time, in milliseconds; 0: none. */
    double p99(long from, long to, Predicate<Ended> which) {
        long[] all = due(from, to).stream()
                .filter(which)
                .mapToLong(Ended::aboveNanos)
                .sorted()
                .toArray();
        return all.length == 0 ? 0 : all[(int) ((all.length - 1) * 0.99)] / (double) MILLI;
    }

    /** Answers a second that served, in that time. */
    double servedPerSecond(long from, long to) {
        long count = ended.stream()
                .filter(one -> one.isServed() && one.dueNanos + one.nanos >= from && one.dueNanos + one.nanos < to)
                .count();
        return count * (double) SECOND / (to - from);
    }

    /** What the regions are believed to bear. */
    String rates() {
        return Arrays.toString(snapshot.regions().stream()
                .mapToDouble(region -> Math.min(
                        region.capacity().perSecond(),
                        Objects.requireNonNull(region.api(API.name())).rate().perSecond()))
                .toArray());
    }

    /** Places nobody. Immutable. */
    private record Nowhere(GeoPoint point) implements GeoDatabase {
        @Override
        public @Nullable Place place(byte[] address) {
            return new Place(point, Place.Source.GEOIP);
        }

        @Override
        public String description() {
            return "test";
        }
    }
}
