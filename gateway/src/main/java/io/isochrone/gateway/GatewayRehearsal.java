package io.isochrone.gateway;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.proxy.runtime.BindFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rehearses a gateway: an API with two backends, of which one keeps cutting connections. Thread-safe: no state. */
final class GatewayRehearsal {
    private static final int REQUESTS = 3000;
    private static final Duration EJECTION = Duration.ofMillis(5);
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final Region REGION = new Region("rehearsal", "Rehearsal", new GeoPoint(0, 0));

    private GatewayRehearsal() {}

    /** Takes at most {@code limit}; blocks. Throws BindFailedException when loopback has no free port. */
    static Rehearsal.Result run(Duration limit) throws BindFailedException {
        try (Rehearsal rehearsal = new Rehearsal()) {
            Gateway gateway = Gateway.start(
                    deployment(rehearsal), new GatewayOptions(REGION.name(), FREE, null, "rehearsal", channel -> {}));
            try {
                return rehearsal.run(gateway.port(), REQUESTS, limit);
            } finally {
                gateway.kill();
            }
        }
    }

    private static Deployment deployment(Rehearsal rehearsal) {
        Location here = new Location(REGION, 1, false, List.of(FREE));
        List<Backend> backends = List.of(new Backend(rehearsal.faulty(), ""), new Backend(rehearsal.steady(), ""));
        GatewaySettings d = GatewaySettings.DEFAULTS;
        return new Deployment(
                new Service("rehearsal", Tier.PREMIUM, here, List.of(), "rehearsal-secret"),
                List.of(new Api("rehearsal", "", backends, Map.of(), false)),
                RouterSettings.DEFAULTS,
                new GatewaySettings(
                        List.of(Cidr.parse("127.0.0.0/8")),
                        d.forwardedHeaders(),
                        d.timeouts(),
                        d.limits(),
                        d.maxAttempts(),
                        EJECTION,
                        1,
                        d.accessLog(),
                        Duration.ZERO));
    }
}
