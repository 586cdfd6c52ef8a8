package io.isochrone.config.model;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the gateway nodes.
 *
 * <p>Immutable.
 *
 * @param trustedProxies peers whose X-Forwarded-For is believed: the routers
 * @param forwardedHeaders which headers are added
 * @param timeouts waits
 * @param limits bounds
 * @param maxAttempts how often one request may be sent to backends in all, at least 1
 * @param ejection how long a backend that refused or reset stays out while others are left
 * @param eventLoops threads that carry traffic; 0: one per processor
 * @param accessLog where the access log goes
 * @param restartDelay how long a node told to stop still accepts, so that routers can notice
 * @param connections what connections carry around HTTP
 */
public record GatewaySettings(
        List<Cidr> trustedProxies,
        ForwardedHeaders forwardedHeaders,
        Timeouts timeouts,
        Limits limits,
        int maxAttempts,
        Duration ejection,
        int eventLoops,
        AccessLogSettings accessLog,
        Duration restartDelay,
        ConnectionSettings connections) {
    /** Defaults: nobody trusted, 2 attempts, 5 s ejection, a loop per processor. */
    public static final GatewaySettings DEFAULTS = new GatewaySettings(
            List.of(),
            ForwardedHeaders.DEFAULTS,
            Timeouts.GATEWAY_DEFAULTS,
            Limits.DEFAULTS,
            2,
            Duration.ofSeconds(5),
            0,
            AccessLogSettings.DEFAULTS,
            Duration.ofSeconds(1));

    /** Plain text on every connection. */
    public GatewaySettings(
            List<Cidr> trustedProxies,
            ForwardedHeaders forwardedHeaders,
            Timeouts timeouts,
            Limits limits,
            int maxAttempts,
            Duration ejection,
            int eventLoops,
            AccessLogSettings accessLog,
            Duration restartDelay) {
        this(
                trustedProxies,
                forwardedHeaders,
                timeouts,
                limits,
                maxAttempts,
                ejection,
                eventLoops,
                accessLog,
                restartDelay,
                ConnectionSettings.PLAIN);
    }

    public GatewaySettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
