package io.isochrone.config.model;

import java.time.Duration;

/**
 * How long a node waits, for what. Every one is at least 1 ms.
 *
 * <p>Immutable.
 *
 * @param requestHead from the first byte of a request head to its last
 * @param downstreamIdle how long a client connection may stay without a request
 * @param connect for an upstream TCP connection
 * @param firstByte from the end of the request head to the first byte of the response head
 * @param streamIdle without a byte in either direction while a body is under way
 * @param tunnelIdle without a byte in either direction of a WebSocket or another upgraded connection
 * @param upstreamIdle how long an unused upstream connection is kept; the router's is shorter than the gateway's downstreamIdle
 *     so that it always closes first
 * @param drain how long a node that is told to stop waits for exchanges under way
 * @param total from the end of the request to the first byte of the response, over all attempts; zero: twice {@code firstByte}
 * @param unacknowledged how long what was sent upstream may stay unacknowledged, or untaken, before the kernel gives the connection up; zero: as long as
 *     {@code streamIdle}
 * @param maxConnectionAge middle of the ages at which client connections are told to end with their next response, a fifth more or less; zero: never
 */
public record Timeouts(
        Duration requestHead,
        Duration downstreamIdle,
        Duration connect,
        Duration firstByte,
        Duration streamIdle,
        Duration tunnelIdle,
        Duration upstreamIdle,
        Duration drain,
        Duration total,
        Duration unacknowledged,
        Duration maxConnectionAge) {
    /** What is unacknowledged for as long as a stream may be idle ends its connection, and no age does. */
    public Timeouts(
            Duration requestHead,
            Duration downstreamIdle,
            Duration connect,
            Duration firstByte,
            Duration streamIdle,
            Duration tunnelIdle,
            Duration upstreamIdle,
            Duration drain,
            Duration total) {
        this(
                requestHead,
                downstreamIdle,
                connect,
                firstByte,
                streamIdle,
                tunnelIdle,
                upstreamIdle,
                drain,
                total,
                Duration.ZERO,
                Duration.ZERO);
    }

    /** With twice the wait for a first byte for all attempts together. */
    public Timeouts(
            Duration requestHead,
            Duration downstreamIdle,
            Duration connect,
            Duration firstByte,
            Duration streamIdle,
            Duration tunnelIdle,
            Duration upstreamIdle,
            Duration drain) {
        this(
                requestHead,
                downstreamIdle,
                connect,
                firstByte,
                streamIdle,
                tunnelIdle,
                upstreamIdle,
                drain,
                Duration.ZERO);
    }

    /** How long all attempts together may take, in nanoseconds. */
    public long totalNanos() {
        return total.isZero() ? 2 * firstByte.toNanos() : total.toNanos();
    }

    /** How long what was sent upstream may stay unacknowledged, in milliseconds. */
    public int unacknowledgedMillis() {
        return (int) Math.min(Integer.MAX_VALUE, (unacknowledged.isZero() ? streamIdle : unacknowledged).toMillis());
    }

    /** What a router waits unless told otherwise. */
    public static final Timeouts ROUTER_DEFAULTS = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofHours(1));

    /** What a gateway waits unless told otherwise. */
    public static final Timeouts GATEWAY_DEFAULTS = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofHours(1));
}
