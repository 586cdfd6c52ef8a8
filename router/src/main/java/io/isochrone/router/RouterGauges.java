package io.isochrone.router;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.observe.Metrics;
import io.isochrone.router.door.RouterSnapshot;
import io.isochrone.router.region.RegionState;
import io.netty.util.concurrent.Ticker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators see of regions, nodes and the router's doubt in itself. Gauges of what a reload takes away go with it.
 *
 * <p>Thread-safe: {@link #follow} is called by one reload at a time, {@link #nodeChanged} from anywhere.
 */
final class RouterGauges {
    private static final Logger LOG = LoggerFactory.getLogger(RouterGauges.class);
    private static final String USABLE = "isochrone.region.usable";
    private static final String INFLATION = "isochrone.region.inflation.seconds";
    private static final String IN_FLIGHT = "isochrone.region.requests.in.flight";
    private static final String LIMIT = "isochrone.region.requests.limit";
    private static final String RATE = "isochrone.region.requests.per.second.limit";
    private static final String API_RATE = "isochrone.region.api.requests.per.second.limit";
    private static final String NODE = "isochrone.node.usable";
    private static final String SHARE = "isochrone.node.share";

    private record Gauge(String name, Map<String, String> labels, Supplier<Number> value) {
        String key() {
            return name + labels;
        }
    }

    private final Metrics metrics;
    private final Supplier<RouterSnapshot> live;
    private final AtomicBoolean failingStatic = new AtomicBoolean();
    private Map<String, Gauge> shown = Map.of();

    RouterGauges(Metrics metrics, Supplier<RouterSnapshot> live) {
        this.metrics = metrics;
        this.live = live;
        metrics.gauge(
                "isochrone.steering.fail.static",
                "1 while no node anywhere looks usable and the router goes by its last order",
                Map.of(),
                () -> live.get().isFailingStatic(Ticker.systemTicker().nanoTime()) ? 1 : 0);
        metrics.total(
                "isochrone.probe.contradictions",
                "Probes that failed while the node's requests were answered",
                Map.of(),
                () -> contradictions(live.get()));
    }

    private static long contradictions(RouterSnapshot snapshot) {
        long sum = 0;
        for (Endpoint node : snapshot.nodes()) {
            sum += node.health() instanceof NodeHealth health ? health.contradictions() : 0;
        }
        return sum;
    }

    /** Shows the regions and nodes of {@code snapshot}. */
    void follow(RouterSnapshot snapshot) {
        Map<String, Gauge> next = new HashMap<>();
        for (RegionState region : snapshot.regions()) {
            Map<String, String> labels = Map.of("region", region.name());
            put(
                    next,
                    new Gauge(
                            USABLE,
                            labels,
                            () -> region.isUsable(Ticker.systemTicker().nanoTime()) ? 1 : 0));
            put(next, new Gauge(INFLATION, labels, () -> region.inflationMillis() / 1000));
            put(next, new Gauge(IN_FLIGHT, labels, () -> region.capacity().count()));
            put(next, new Gauge(LIMIT, labels, () -> region.capacity().bound()));
            put(next, new Gauge(RATE, labels, () -> region.capacity().perSecond()));
            region.apis()
                    .forEach((api, health) -> put(
                            next,
                            new Gauge(
                                    API_RATE,
                                    Map.of("region", region.name(), "api", api),
                                    () -> health.rate().perSecond())));
            for (Endpoint node : region.nodes()) {
                Map<String, String> both = Map.of("region", region.name(), "node", node.id());
                put(
                        next,
                        new Gauge(
                                NODE,
                                both,
                                () -> node.health()
                                                .isUsable(Ticker.systemTicker().nanoTime())
                                        ? 1
                                        : 0));
                put(
                        next,
                        new Gauge(
                                SHARE,
                                both,
                                () -> node.health().share(Ticker.systemTicker().nanoTime())));
            }
        }
        Set<String> gone = new HashSet<>(shown.keySet());
        gone.removeAll(next.keySet());
        shown.forEach((key, gauge) -> {
            if (gone.contains(key)) {
                metrics.removeGauge(gauge.name, gauge.labels);
            }
        });
        next.values().forEach(gauge -> metrics.gauge(gauge.name, help(gauge.name), gauge.labels, gauge.value));
        shown = next;
        nodeChanged();
    }

    private static void put(Map<String, Gauge> gauges, Gauge gauge) {
        gauges.put(gauge.key(), gauge);
    }

    private static String help(String name) {
        return switch (name) {
            case USABLE -> "Whether any node of the region may be used";
            case INFLATION -> "How much slower than its distance the region is measured from this router";
            case LIMIT -> "How many of them there may be";
            case RATE ->
                "How many of them a second the region is believed to bear, since its gateways shed; +Inf: they do not";
            case API_RATE ->
                "The same for the requests of an API, which its gateways have refused for having too many of it";
            case SHARE -> "The share of its requests that the node gets: less than 1 while it comes back";
            case IN_FLIGHT -> "Requests to the region that are under way from this router";
            default -> "Whether requests may be sent to the node";
        };
    }

    /** A node's state changed: tells once when the last usable one is gone, and when one is back. */
    void nodeChanged() {
        boolean now = live.get().isFailingStatic(Ticker.systemTicker().nanoTime());
        if (failingStatic.compareAndSet(!now, now)) {
            if (now) {
                LOG.warn("no usable node anywhere, failing static: nodes that do not refuse are tried, nearest first");
            } else {
                LOG.info("usable nodes again, no longer failing static");
            }
        }
    }
}
