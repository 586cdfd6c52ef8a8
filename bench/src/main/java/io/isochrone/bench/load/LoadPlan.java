package io.isochrone.bench.load;

import io.isochrone.config.model.HostPort;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an open-loop run sends.
 *
 * <p>Immutable.
 *
 * @param target where connections go
 * @param host value of the Host field
 * @param path request target in origin form
 * @param method request method
 * @param bodyBytes length of the request body; 0: none
 * @param ratePerSecond requests due per second, above 0
 * @param duration how long requests are due
 * @param clients whose addresses X-Forwarded-For carries; null: no such field
 * @param maxConnections most connections at once; requests wait for one beyond
 * @param timeout after which a request without a whole response has failed, counted from the time it was due
 * @param seed of all choices
 * @param kind what the requests are besides
 */
public record LoadPlan(
        HostPort target,
        String host,
        String path,
        String method,
        int bodyBytes,
        double ratePerSecond,
        Duration duration,
        @Nullable LoadClients clients,
        int maxConnections,
        Duration timeout,
        long seed,
        LoadKind kind) {
    /** The most requests that one run may have. */
    public static final long MAX_REQUESTS = 100_000_000;

    /** A plan of plain requests. */
    public LoadPlan(
            HostPort target,
            String host,
            String path,
            String method,
            int bodyBytes,
            double ratePerSecond,
            Duration duration,
            @Nullable LoadClients clients,
            int maxConnections,
            Duration timeout,
            long seed) {
        this(
                target,
                host,
                path,
                method,
                bodyBytes,
                ratePerSecond,
                duration,
                clients,
                maxConnections,
                timeout,
                seed,
                LoadKind.PLAIN);
    }

    public LoadPlan {
        if (!(ratePerSecond > 0 && ratePerSecond <= 1_000_000)) {
            throw new IllegalArgumentException("rate: " + ratePerSecond + " (expected: above 0, at most 1000000)");
        }
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: above 0)");
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("connections: " + maxConnections + " (expected: at least 1)");
        }
        if (ratePerSecond * duration.toNanos() / 1e9 > MAX_REQUESTS) {
            throw new IllegalArgumentException(
                    "rate times duration: more than " + MAX_REQUESTS + " (expected: fewer requests)");
        }
    }

    /** How many requests are due in all, at least 1. */
    public long requests() {
        return Math.max(1, Math.round(ratePerSecond * duration.toNanos() / 1e9));
    }

    /** When request {@code index} (from 0) is due, nanoseconds after the start. */
    public long dueNanos(long index) {
        return (long) (index * 1e9 / ratePerSecond);
    }
}
