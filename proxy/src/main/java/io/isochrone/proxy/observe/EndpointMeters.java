package io.isochrone.proxy.observe;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts and connections by endpoint. Endpoints come from the configuration; those that it no longer names keep their
 * series until the process ends, and the budget bounds them.
 *
 * <p>Thread-safe.
 */
final class EndpointMeters {
    private static final int RESULTS = StatusClass.COUNT + Failure.values().length;

    /** One endpoint's meters: {@code results[c]} = status class c, then the failures in the order of their enum. */
    private record Row(
            String region, String endpoint, AtomicReferenceArray<@Nullable Counter> results, LongAdder open) {
        boolean isOverflow() {
            return endpoint.equals(RequestMeters.OVERFLOW);
        }
    }

    private final MeterRegistry registry;
    private final SeriesBudget budget;
    private final Map<String, Row> rows = new ConcurrentHashMap<>();
    private final Row overflowRow = row(RequestMeters.OVERFLOW, RequestMeters.OVERFLOW);
    private final Counter overflowCounter;

    EndpointMeters(MeterRegistry registry, SeriesBudget budget) {
        this.registry = registry;
        this.budget = budget;
        this.overflowCounter = counter(overflowRow, RequestMeters.OVERFLOW);
        gauge(overflowRow);
    }

    @SuppressWarnings("EnumOrdinal") // an array index within this process, never stored or sent
    void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status) {
        int index = failure == null ? StatusClass.of(status) : StatusClass.COUNT + failure.ordinal();
        Row row = find(endpoint);
        Counter known = row.results.get(index);
        if (known == null) {
            known = add(row, index, failure == null ? StatusClass.label(index) : failure.label());
        }
        known.increment();
    }

    private Counter add(Row row, int index, String result) {
        if (row.isOverflow() || !budget.take(1)) {
            return overflowCounter;
        }
        Counter added = counter(row, result);
        row.results.set(index, added);
        return added;
    }

    void connections(Endpoint endpoint, int delta) {
        find(endpoint).open.add(delta);
    }

    private Row find(Endpoint endpoint) {
        Row known = rows.get(endpoint.id());
        if (known != null) {
            return known;
        }
        if (!budget.take(1)) {
            return overflowRow;
        }
        Row added = row(endpoint.region(), endpoint.id());
        Row earlier = rows.putIfAbsent(endpoint.id(), added);
        if (earlier != null) {
            return earlier;
        }
        gauge(added);
        return added;
    }

    private static Row row(String region, String endpoint) {
        return new Row(region, endpoint, new AtomicReferenceArray<>(RESULTS), new LongAdder());
    }

    private Counter counter(Row row, String result) {
        return Counter.builder("isochrone.attempts")
                .description("Attempts that ended")
                .tags("region", row.region, "endpoint", row.endpoint, "result", result)
                .register(registry);
    }

    private void gauge(Row row) {
        Gauge.builder("isochrone.upstream.connections", row.open::sum)
                .description("Open connections to the endpoint")
                .tags("region", row.region, "endpoint", row.endpoint)
                .register(registry);
    }
}
