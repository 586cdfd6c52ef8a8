package io.isochrone.proxy.observe;

import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts exchanges by API, region, status class and outcome, and their durations by region. Finding a counter is two reads of a
 * hash map by a string whose hash is known and one array access.
 *
 * <p>Thread-safe.
 */
final class RequestMeters {
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };
    private static final int TIMER_SERIES = BUCKETS.length + 4;
    private static final String UNMATCHED = "_unmatched";
    private static final String NO_REGION = "_none";
    static final String OVERFLOW = "_overflow";

    private final MeterRegistry registry;
    private final SeriesBudget budget;
    private final Map<String, Map<String, AtomicReferenceArray<@Nullable Counter>>> counters =
            new ConcurrentHashMap<>();
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();
    private final Counter overflowCounter;
    private final Timer overflowTimer;

    RequestMeters(MeterRegistry registry, SeriesBudget budget) {
        this.registry = registry;
        this.budget = budget;
        this.overflowCounter = counter(OVERFLOW, OVERFLOW, OVERFLOW, OVERFLOW);
        this.overflowTimer = timer(OVERFLOW);
    }

    void ended(ExchangeRecord exchange) {
        String api = exchange.api() == null ? UNMATCHED : exchange.api();
        String region = exchange.region() == null ? NO_REGION : exchange.region();
        find(api, region, StatusClass.of(exchange.status()), exchange.outcome()).increment();
        findTimer(region).record(exchange.totalNanos(), TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("EnumOrdinal") // an array index within this process, never stored or sent
    private Counter find(String api, String region, int statusClass, Outcome outcome) {
        int index = statusClass * OUTCOMES.length + outcome.ordinal();
        Map<String, AtomicReferenceArray<@Nullable Counter>> regions = counters.get(api);
        AtomicReferenceArray<@Nullable Counter> row = regions == null ? null : regions.get(region);
        Counter known = row == null ? null : row.get(index);
        return known == null ? add(api, region, statusClass, outcome, index) : known;
    }

    private Counter add(String api, String region, int statusClass, Outcome outcome, int index) {
        if (!budget.take(1)) {
            return overflowCounter;
        }
        Counter added = counter(api, region, StatusClass.label(statusClass), outcome.label());
        counters.computeIfAbsent(api, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(region, name -> new AtomicReferenceArray<>(StatusClass.COUNT * OUTCOMES.length))
                .set(index, added);
        return added;
    }

    private Timer findTimer(String region) {
        Timer known = timers.get(region);
        if (known != null) {
            return known;
        }
        if (!budget.take(TIMER_SERIES)) {
            return overflowTimer;
        }
        Timer added = timer(region);
        timers.put(region, added);
        return added;
    }

    private Counter counter(String api, String region, String statusClass, String outcome) {
        return Counter.builder("isochrone.requests")
                .description("Exchanges that ended")
                .tags("api", api, "region", region, "status_class", statusClass, "outcome", outcome)
                .register(registry);
    }

    private Timer timer(String region) {
        return Timer.builder("isochrone.request")
                .description("From the end of the request head to the end of the exchange")
                .tags("region", region)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
