package io.isochrone.gateway;

import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Deployments for tests: West Europe and East US, loopback is trusted, short waits. */
public final class Deployments {
    public static final String SECRET = "hop-secret-of-the-test";

    private Deployments() {}

    /** With these APIs. */
    public static Deployment of(Api... apis) {
        return of("off", false, SECRET, Duration.ofSeconds(8), apis);
    }

    static Deployment of(Limits limits, Api... apis) {
        return of("off", false, SECRET, Duration.ofSeconds(8), limits, apis);
    }

    static Deployment of(String accessLog, boolean disabled, String secret, Duration firstByte, Api... apis) {
        return of(accessLog, disabled, secret, firstByte, Limits.DEFAULTS, apis);
    }

    private static Deployment of(
            String accessLog, boolean disabled, String secret, Duration firstByte, Limits limits, Api... apis) {
        Location west =
                new Location(new Region("westeurope", "West Europe", new GeoPoint(52.4, 4.9)), 1, false, List.of());
        Location east =
                new Location(new Region("eastus", "East US", new GeoPoint(37.4, -79.4)), 1, disabled, List.of());
        Timeouts timeouts = new Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                firstByte,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3));
        GatewaySettings gateway = new GatewaySettings(
                List.of(Cidr.parse("127.0.0.0/8")),
                ForwardedHeaders.DEFAULTS,
                timeouts,
                limits,
                2,
                Duration.ofSeconds(60),
                1,
                new AccessLogSettings(accessLog, 1000, List.of("subscription-key")),
                Duration.ofMillis(1));
        return new Deployment(
                new Service("test", Tier.PREMIUM, west, List.of(east), secret),
                List.of(apis),
                RouterSettings.DEFAULTS,
                gateway);
    }

    /** An API at {@code /name} whose backends are {@code port} or {@code port/base}. */
    static Api api(String name, String... backends) {
        return new Api(
                name,
                "/" + name,
                java.util.Arrays.stream(backends).map(Deployments::backend).toList(),
                Map.of(),
                false);
    }

    static Backend backend(String written) {
        int slash = written.indexOf('/');
        int port = Integer.parseInt(slash < 0 ? written : written.substring(0, slash));
        return new Backend(new HostPort("127.0.0.1", port), slash < 0 ? "" : written.substring(slash));
    }
}
