package io.isochrone.config.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the routers.
 *
 * <p>Immutable.
 *
 * @param listen where clients connect
 * @param admin where operators connect
 * @param place where the router stands: used for clients that cannot be located; the primary region's point unless set
 * @param trustedProxies peers whose X-Forwarded-For is believed; none by default
 * @param forwardedHeaders which headers are added
 * @param geoDatabase path of an MMDB file; null: the embedded table
 * @param probing of gateway nodes
 * @param timeouts waits
 * @param limits bounds
 * @param maxAttempts how often one request may be sent in all, at least 1
 * @param eventLoops threads that carry traffic; 0: one per processor
 * @param accessLog where the access log goes
 * @param restartDelay how long a node told to stop still accepts, so that its load balancer can notice
 * @param connections what connections carry around HTTP
 * @param upstreamHttp what is spoken to gateway nodes
 * @param maxRequestsPerRegion most requests under way at once to one region; 0: as {@link Limits#requestsOfOne} says
 * @param maxRequestsPerUnit most requests under way at once for each unit of a region; 0: units bound nothing
 * @param hedging second attempts at what is slow
 */
public record RouterSettings(
        HostPort listen,
        HostPort admin,
        @Nullable GeoPoint place,
        List<Cidr> trustedProxies,
        ForwardedHeaders forwardedHeaders,
        @Nullable String geoDatabase,
        Probing probing,
        Timeouts timeouts,
        Limits limits,
        int maxAttempts,
        int eventLoops,
        AccessLogSettings accessLog,
        Duration restartDelay,
        ConnectionSettings connections,
        UpstreamHttp upstreamHttp,
        int maxRequestsPerRegion,
        int maxRequestsPerUnit,
        Hedging hedging) {
    /** Defaults: 127.0.0.1:8080 and 127.0.0.1:9080, nobody trusted, 3 attempts, a loop per processor. */
    public static final RouterSettings DEFAULTS = new RouterSettings(
            new HostPort("127.0.0.1", 8080),
            new HostPort("127.0.0.1", 9080),
            null,
            List.of(),
            ForwardedHeaders.DEFAULTS,
            null,
            Probing.DEFAULTS,
            Timeouts.ROUTER_DEFAULTS,
            Limits.DEFAULTS,
            3,
            0,
            AccessLogSettings.DEFAULTS,
            Duration.ofSeconds(1));

    /** Without second attempts at what is slow. */
    public RouterSettings(
            HostPort listen,
            HostPort admin,
            @Nullable GeoPoint place,
            List<Cidr> trustedProxies,
            ForwardedHeaders forwardedHeaders,
            @Nullable String geoDatabase,
            Probing probing,
            Timeouts timeouts,
            Limits limits,
            int maxAttempts,
            int eventLoops,
            AccessLogSettings accessLog,
            Duration restartDelay,
            ConnectionSettings connections,
            UpstreamHttp upstreamHttp,
            int maxRequestsPerRegion,
            int maxRequestsPerUnit) {
        this(
                listen,
                admin,
                place,
                trustedProxies,
                forwardedHeaders,
                geoDatabase,
                probing,
                timeouts,
                limits,
                maxAttempts,
                eventLoops,
                accessLog,
                restartDelay,
                connections,
                upstreamHttp,
                maxRequestsPerRegion,
                maxRequestsPerUnit,
                Hedging.DEFAULTS);
    }

    /** Plain text on every connection, HTTP/1.1 to gateway nodes. */
    public RouterSettings(
            HostPort listen,
            HostPort admin,
            @Nullable GeoPoint place,
            List<Cidr> trustedProxies,
            ForwardedHeaders forwardedHeaders,
            @Nullable String geoDatabase,
            Probing probing,
            Timeouts timeouts,
            Limits limits,
            int maxAttempts,
            int eventLoops,
            AccessLogSettings accessLog,
            Duration restartDelay) {
        this(
                listen,
                admin,
                place,
                trustedProxies,
                forwardedHeaders,
                geoDatabase,
                probing,
                timeouts,
                limits,
                maxAttempts,
                eventLoops,
                accessLog,
                restartDelay,
                ConnectionSettings.PLAIN,
                UpstreamHttp.HTTP_1_1,
                0,
                0);
    }

    /** The same with other second attempts. */
    public RouterSettings with(Hedging other) {
        return new RouterSettings(
                listen,
                admin,
                place,
                trustedProxies,
                forwardedHeaders,
                geoDatabase,
                probing,
                timeouts,
                limits,
                maxAttempts,
                eventLoops,
                accessLog,
                restartDelay,
                connections,
                upstreamHttp,
                maxRequestsPerRegion,
                maxRequestsPerUnit,
                other);
    }

    /** How many requests may be under way to a region of so many units. */
    public int requestsTo(int units) {
        int most = limits.requestsOfOne(maxRequestsPerRegion);
        return maxRequestsPerUnit == 0 ? most : (int) Math.min(most, (long) units * maxRequestsPerUnit);
    }

    public RouterSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
