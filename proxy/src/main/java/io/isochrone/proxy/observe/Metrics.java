package io.isochrone.proxy.observe;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's metrics in Prometheus form.
 *
 * <p>A label that a client can choose eats memory until the process or its scraper dies. Labels here come from the configuration
 * (API, region, endpoint) or from closed enums (status class, outcome, failure); what matched no API counts as {@code _unmatched}.
 * On top of that there is a hard bound on series: beyond it everything counts into one {@code _overflow} series per metric.
 *
 * <p>Thread-safe: event loops count without locks; a series' first use registers it, which locks once.
 */
public final class Metrics implements ExchangeObserver {
    private static final int MAX_SERIES = 10_000;
    private static final Duration[] LAG_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SeriesBudget budget;
    private final RequestMeters requests;
    private final EndpointMeters endpoints;
    private final Timer lag;
    private final Map<ConnectionFault, Counter> faults;
    private final Map<ConnectionFault, Counter> upstreamFaults;
    private final Map<HandshakeResult, Counter> handshakes;
    private final Map<ProxyProtocolFault, Counter> proxyFaults;
    private final Map<ConnectionRefusal, Counter> refusals;
    private final Map<HedgeResult, Counter> hedges;
    private final Counter forgotten;
    private final Counter displaced;
    private final LongAdder connections = new LongAdder();
    private final LongAdder tunnels = new LongAdder();
    private final LongAdder retriesGranted = new LongAdder();
    private final LongAdder retriesDenied = new LongAdder();
    /** The registry refers to sources of totals weakly; this keeps them. */
    private final Map<String, LongSupplier> totals = new ConcurrentHashMap<>();

    /** Starts with nothing counted; at most {@value #MAX_SERIES} series. */
    public Metrics() {
        this(MAX_SERIES);
    }

    /** @param maxSeries most series of requests, attempts and endpoints, besides the overflow series */
    Metrics(int maxSeries) {
        budget = new SeriesBudget(maxSeries);
        requests = new RequestMeters(registry, budget);
        endpoints = new EndpointMeters(registry, budget);
        lag = Timer.builder("isochrone.event.loop.lag")
                .description("How late event loops ran the sweep that is due every 100 ms")
                .serviceLevelObjectives(LAG_BUCKETS)
                .register(registry);
        faults = counters(
                ConnectionFault.class,
                ConnectionFault::label,
                "isochrone.http2.connection.faults",
                "fault",
                "HTTP/2 connections of clients that were closed before their time");
        upstreamFaults = counters(
                ConnectionFault.class,
                ConnectionFault::label,
                "isochrone.http2.upstream.faults",
                "fault",
                "HTTP/2 connections to upstreams that were closed before their time");
        handshakes = counters(
                HandshakeResult.class,
                HandshakeResult::label,
                "isochrone.tls.handshakes",
                "result",
                "TLS handshakes of clients that ended");
        proxyFaults = counters(
                ProxyProtocolFault.class,
                ProxyProtocolFault::label,
                "isochrone.proxy.protocol.faults",
                "reason",
                "Connections that were closed for want of a good PROXY protocol header");
        refusals = counters(
                ConnectionRefusal.class,
                ConnectionRefusal::label,
                "isochrone.connections.refused",
                "reason",
                "Client connections that were closed on accept");
        hedges = counters(
                HedgeResult.class,
                HedgeResult::label,
                "isochrone.hedges",
                "result",
                "Second attempts at slow requests beside the first");
        forgotten = Counter.builder("isochrone.replays.forgotten")
                .description("Requests whose body was no longer kept to be sent again, for want of memory")
                .register(registry);
        displaced = Counter.builder("isochrone.connections.displaced")
                .description("Idle client connections that were closed to make room for others")
                .register(registry);
        gauge("isochrone.connections", "Open client connections", Map.of(), connections::sum);
        String retries =
                "Requests that an endpoint answered with a reason to send them again, by whether the budget allowed it";
        total("isochrone.retries", retries, Map.of("budget", "granted"), retriesGranted::sum);
        total("isochrone.retries", retries, Map.of("budget", "denied"), retriesDenied::sum);
        gauge("isochrone.tunnels", "WebSockets and other upgraded connections", Map.of(), tunnels::sum);
        gauge("isochrone.series", "Series in use of those that are bounded", Map.of(), budget::used);
        total("isochrone.series.overflow", "Events counted into an overflow series", Map.of(), budget::overflows);
        MemoryGauges.bind(this);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
    }

    /** A counter for each constant, with its label. */
    private <E extends Enum<E>> Map<E, Counter> counters(
            Class<E> type, Function<E, String> text, String name, String label, String help) {
        Map<E, Counter> counters = new EnumMap<>(type);
        for (E each : type.getEnumConstants()) {
            counters.put(
                    each,
                    Counter.builder(name)
                            .description(help)
                            .tags(label, text.apply(each))
                            .register(registry));
        }
        return counters;
    }

    private static <E> void count(Map<E, Counter> counters, E each) {
        Counter counter = counters.get(each);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        requests.ended(exchange);
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {
        endpoints.attemptEnded(endpoint, failure, status);
    }

    @Override
    public void connections(int delta) {
        connections.add(delta);
    }

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {
        endpoints.connections(endpoint, delta);
    }

    @Override
    public void connectionFault(ConnectionFault fault) {
        count(faults, fault);
    }

    @Override
    public void upstreamFault(ConnectionFault fault) {
        count(upstreamFaults, fault);
    }

    @Override
    public void handshake(HandshakeResult result) {
        count(handshakes, result);
    }

    @Override
    public void proxyProtocolFault(ProxyProtocolFault fault) {
        count(proxyFaults, fault);
    }

    @Override
    public void connectionRefused(ConnectionRefusal reason) {
        count(refusals, reason);
    }

    @Override
    public void retry(boolean granted) {
        (granted ? retriesGranted : retriesDenied).increment();
    }

    @Override
    public void connectionDisplaced() {
        displaced.increment();
    }

    @Override
    public void hedge(HedgeResult result) {
        count(hedges, result);
    }

    @Override
    public void replayForgotten() {
        forgotten.increment();
    }

    @Override
    public void tunnels(int delta) {
        tunnels.add(delta);
    }

    @Override
    public void loopLag(long nanos) {
        lag.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Adds a value that is read at every scrape; replaces one of the same name and labels. Not for the request path.
     *
     * @param name with dots, such as {@code isochrone.config.version}
     * @param labels from the configuration only
     * @param value called on the scraper's thread; must not block
     */
    public void gauge(String name, String help, Map<String, String> labels, Supplier<Number> value) {
        remove(name, labels, Meter.Type.GAUGE);
        Gauge.builder(name, value).description(help).tags(tags(labels)).register(registry);
    }

    /** Adds a number that only grows and is read at every scrape; shown with the suffix {@code _total}. Otherwise as {@link #gauge}. */
    public void total(String name, String help, Map<String, String> labels, LongSupplier value) {
        remove(name, labels, Meter.Type.COUNTER);
        totals.put(name + labels, value);
        FunctionCounter.builder(name, value, LongSupplier::getAsLong)
                .description(help)
                .tags(tags(labels))
                .register(registry);
    }

    /** Takes a gauge away whose subject is gone from the configuration. */
    public void removeGauge(String name, Map<String, String> labels) {
        remove(name, labels, Meter.Type.GAUGE);
    }

    private void remove(String name, Map<String, String> labels, Meter.Type type) {
        registry.remove(new Meter.Id(name, tags(labels), null, null, type));
    }

    private static Tags tags(Map<String, String> labels) {
        return Tags.of(labels.entrySet().stream()
                .map(label -> Tag.of(label.getKey(), label.getValue()))
                .toList());
    }

    /** Everything as Prometheus text; takes a while with many series. */
    public String scrape() {
        return registry.scrape();
    }

    /** How many bounded series there are. */
    public int series() {
        return budget.used();
    }
}
