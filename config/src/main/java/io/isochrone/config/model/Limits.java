package io.isochrone.config.model;

import java.time.Duration;

/**
 * How much a node accepts.
 *
 * <p>Immutable.
 *
 * @param maxTargetBytes longest request target, else 414
 * @param maxHeadBytes largest request or response head, else 431 (or 502 for a response)
 * @param maxHeaderFields most header fields, else 431 (or 502)
 * @param maxBodyBytes largest request body, else 413
 * @param maxConnections most client connections at once; further ones are closed on accept
 * @param replayBytes how much of a request body is kept so that it can be sent again
 * @param bufferBytes high watermark: how much of a body is held for a slow reader, per direction
 * @param maxStreams most requests under way at once on one HTTP/2 connection; further ones are refused
 * @param maxConnectionsPerClient most connections of one address, or of one /64 of IPv6, that is no trusted proxy; further ones are closed
 * @param maxRequests most requests under way at once, tunnels too, in equal shares for the event loops; further ones are answered 503
 * @param maxBufferedBytes most that all buffers of the process hold together, beyond which requests are answered 503; 0: three quarters of what the
 *     JVM allows outside the heap
 * @param minBodyRate least bytes a second of a request body, on average over {@code bodyRateWindow}, else 408; 0: a body may be as slow as it likes
 * @param bodyRateWindow over how long the rate is looked at
 */
public record Limits(
        int maxTargetBytes,
        int maxHeadBytes,
        int maxHeaderFields,
        long maxBodyBytes,
        int maxConnections,
        int replayBytes,
        int bufferBytes,
        int maxStreams,
        int maxConnectionsPerClient,
        int maxRequests,
        long maxBufferedBytes,
        long minBodyRate,
        Duration bodyRateWindow) {
    private static final int MANY = 20_000;
    private static final int SLOWEST = 240;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** With as many connections of one client, and requests under way, as there are by default. */
    public Limits(
            int maxTargetBytes,
            int maxHeadBytes,
            int maxHeaderFields,
            long maxBodyBytes,
            int maxConnections,
            int replayBytes,
            int bufferBytes,
            int maxStreams) {
        this(
                maxTargetBytes,
                maxHeadBytes,
                maxHeaderFields,
                maxBodyBytes,
                maxConnections,
                replayBytes,
                bufferBytes,
                maxStreams,
                MANY,
                MANY,
                0,
                SLOWEST,
                WINDOW);
    }

    /** The same with other numbers of connections of one client and of requests under way. */
    public Limits with(int connectionsPerClient, int requests) {
        return new Limits(
                maxTargetBytes,
                maxHeadBytes,
                maxHeaderFields,
                maxBodyBytes,
                maxConnections,
                replayBytes,
                bufferBytes,
                maxStreams,
                connectionsPerClient,
                requests,
                maxBufferedBytes,
                minBodyRate,
                bodyRateWindow);
    }

    /** The same with another bound of what all buffers hold. */
    public Limits withMaxBuffered(long bytes) {
        return new Limits(
                maxTargetBytes,
                maxHeadBytes,
                maxHeaderFields,
                maxBodyBytes,
                maxConnections,
                replayBytes,
                bufferBytes,
                maxStreams,
                maxConnectionsPerClient,
                maxRequests,
                bytes,
                minBodyRate,
                bodyRateWindow);
    }

    /** The same with another least rate of request bodies. */
    public Limits withBodyRate(long bytesPerSecond, Duration window) {
        return new Limits(
                maxTargetBytes,
                maxHeadBytes,
                maxHeaderFields,
                maxBodyBytes,
                maxConnections,
                replayBytes,
                bufferBytes,
                maxStreams,
                maxConnectionsPerClient,
                maxRequests,
                maxBufferedBytes,
                bytesPerSecond,
                window);
    }

    /**
     * Most requests under way for one API or region.
     *
     * @param written what the operator wrote; 0: half of all requests, so that one alone cannot take all
     */
    public int requestsOfOne(int written) {
        return written > 0 ? written : Math.max(1, maxRequests / 2);
    }

    /** 8 KiB targets, 32 KiB heads, 100 fields, 4 GiB bodies, 20,000 connections, 64 KiB replay, 64 KiB watermark, 128 streams, 20,000 requests. */
    public static final Limits DEFAULTS = new Limits(8192, 32768, 100, 4L << 30, MANY, 65536, 65536, 128);
}
