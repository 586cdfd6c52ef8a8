package io.isochrone.proxy.observe;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts for Prometheus. Labels come from the configuration and from closed sets only, never from a request; beyond
 * {@value #MAX_SERIES} combinations further ones are counted under {@code _overflow}, so that nobody fills the memory with names.
 *
 * <p>Thread-safe.
 */
public final class Metrics implements ExchangeObserver {
    private static final int MAX_SERIES = 2000;
    private static final String UNMATCHED = "_unmatched";
    private static final String OVERFLOW = "_overflow";
    private static final String[] CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private record RequestKey(String api, String region, String statusClass, Outcome outcome) {}

    private record AttemptKey(String region, String endpoint, String result) {}

    private record RequestMeters(Counter count, Timer seconds) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<RequestKey, RequestMeters> requests = new ConcurrentHashMap<>();
    private final Map<AttemptKey, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> upstream = new ConcurrentHashMap<>();
    private final AtomicInteger downstream = new AtomicInteger();

    public Metrics() {
        gauge("isochrone_connections", "Open client connections", Map.of(), downstream::get);
    }

    @Override
    public void ended(ExchangeRecord r) {
        RequestKey key = new RequestKey(
                r.api() == null ? UNMATCHED : r.api(),
                r.region() == null ? UNMATCHED : r.region(),
                CLASSES[r.status() / 100],
                r.outcome());
        RequestMeters meters = requests.get(key);
        if (meters == null) {
            meters = requests.size() < MAX_SERIES
                    ? requests.computeIfAbsent(key, this::meters)
                    : requests.computeIfAbsent(new RequestKey(OVERFLOW, OVERFLOW, OVERFLOW, r.outcome()), this::meters);
        }
        meters.count.increment();
        meters.seconds.record(r.totalNanos(), TimeUnit.NANOSECONDS);
    }

    private RequestMeters meters(RequestKey key) {
        Tags tags = Tags.of(
                "api", key.api, "region", key.region, "status_class", key.statusClass, "outcome", key.outcome.label());
        return new RequestMeters(
                Counter.builder("isochrone.requests")
                        .description("Exchanges that ended")
                        .tags(tags)
                        .register(registry),
                Timer.builder("isochrone.request")
                        .description("From the end of the request head to the end of the exchange")
                        .tags("api", key.api, "region", key.region)
                        .serviceLevelObjectives(
                                Duration.ofMillis(1),
                                Duration.ofMillis(5),
                                Duration.ofMillis(10),
                                Duration.ofMillis(25),
                                Duration.ofMillis(50),
                                Duration.ofMillis(100),
                                Duration.ofMillis(250),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5))
                        .register(registry));
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {
        String result = failure == null ? CLASSES[status / 100] : failure.label();
        AttemptKey key = new AttemptKey(endpoint.region(), endpoint.id(), result);
        Counter counter = attempts.get(key);
        if (counter == null) {
            counter = attempts.size() < MAX_SERIES
                    ? attempts.computeIfAbsent(key, this::attemptCounter)
                    : attempts.computeIfAbsent(new AttemptKey(OVERFLOW, OVERFLOW, result), this::attemptCounter);
        }
        counter.increment();
    }

    private Counter attemptCounter(AttemptKey key) {
        return Counter.builder("isochrone.attempts")
                .description("Attempts that ended")
                .tags("region", key.region, "endpoint", key.endpoint, "result", key.result)
                .register(registry);
    }

    @Override
    public void connections(int delta) {
        downstream.addAndGet(delta);
    }

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {
        AtomicInteger open = upstream.get(endpoint.id());
        if (open == null) {
            open = upstream.computeIfAbsent(endpoint.id(), id -> {
                AtomicInteger count = new AtomicInteger();
                gauge(
                        "isochrone_upstream_connections",
                        "Open upstream connections",
                        Map.of("region", endpoint.region(), "endpoint", id),
                        count::get);
                return count;
            });
        }
        open.addAndGet(delta);
    }

    /** Shows a number that is asked for at every scrape. Tags come from the configuration. */
    public void gauge(String name, String help, Map<String, String> tags, Supplier<Number> value) {
        Tags all = Tags.empty();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            all = all.and(tag.getKey(), tag.getValue());
        }
        Gauge.builder(name, value).description(help).tags(all).register(registry);
    }

    /** How many combinations of labels are counted. */
    public int series() {
        return requests.size() + attempts.size();
    }

    /** All of it in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }
}
