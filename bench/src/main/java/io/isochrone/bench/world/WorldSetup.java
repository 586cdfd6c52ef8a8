package io.isochrone.bench.world;

import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.gateway.Gateway;
import java.time.Duration;

/**
 * What a world is made of besides its regions.
 *
 * <p>Immutable.
 *
 * @param delay whether distances are simulated
 * @param upstream what router and gateways speak to one another; by HTTP/2 every request travels as far as the router is from the region, for the simulation reads no HTTP/2
 * @param repeatsWrites whether the API bears repeated requests with an Idempotency-Key
 * @param accessLog where router and gateways write access logs: off, or the path of a file
 * @param backendNanos how long a worker of a backend, of which there is one for each gateway node, needs for a request; 0: no time
 * @param restartDelay how long a node that is told to end still accepts
 * @param dnsPort of the DNS server that knows the names by which the router finds gateway nodes; 0: it finds them by address; {@link #BY_NAME}: the world is to start that server
 */
public record WorldSetup(
        boolean delay,
        UpstreamHttp upstream,
        boolean repeatsWrites,
        String accessLog,
        long backendNanos,
        Duration restartDelay,
        int dnsPort,
        Duration rehearsal) {
    /** Stands for the port of a server that is yet to be started. */
    public static final int BY_NAME = -1;

    /** With nodes by address that rehearse as long as nodes usually do. */
    public WorldSetup(
            boolean delay,
            UpstreamHttp upstream,
            boolean repeatsWrites,
            String accessLog,
            long backendNanos,
            Duration restartDelay) {
        this(delay, upstream, repeatsWrites, accessLog, backendNanos, restartDelay, 0, Gateway.WARM_UP);
    }

    /** With distances, HTTP/1.1, no repeated writes, no access log, backends without bound; ends at once. */
    public static final WorldSetup PLAIN = new WorldSetup(true, UpstreamHttp.HTTP_1_1, false, "off", 0, Duration.ZERO);

    /** The same with or without distances. */
    public WorldSetup withDelay(boolean set) {
        return new WorldSetup(set, upstream, repeatsWrites, accessLog, backendNanos, restartDelay, dnsPort, rehearsal);
    }

    /** The same with nodes by name. */
    public WorldSetup withDnsPort(int port) {
        return new WorldSetup(delay, upstream, repeatsWrites, accessLog, backendNanos, restartDelay, port, rehearsal);
    }

    /** In one word, for another process. */
    String text() {
        return String.join(
                ",",
                Boolean.toString(delay),
                upstream.name(),
                Boolean.toString(repeatsWrites),
                accessLog,
                Long.toString(backendNanos),
                restartDelay.toString(),
                Integer.toString(dnsPort),
                rehearsal.toString());
    }

    /** Reads {@link #text}. */
    static WorldSetup parse(String text) {
        String[] parts = text.split(",", -1);
        return new WorldSetup(
                Boolean.parseBoolean(parts[0]),
                UpstreamHttp.valueOf(parts[1]),
                Boolean.parseBoolean(parts[2]),
                parts[3],
                Long.parseLong(parts[4]),
                Duration.parse(parts[5]),
                Integer.parseInt(parts[6]),
                Duration.parse(parts[7]));
    }
}
