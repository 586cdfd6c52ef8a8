package io.isochrone.router;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.router.geo.GeoDatabaseException;
import java.time.Duration;
import java.util.List;

/**
 * Rehearses a router: two regions on loopback, of which the nearer one refuses and cuts connections all the time, so that requests
 * fail over and come home again and again.
 *
 * <p>Thread-safe: no state.
 */
final class RouterRehearsal {
    private static final int REQUESTS = 6000;
    private static final Probing QUICK = new Probing(Duration.ofMillis(5), Duration.ofMillis(250), 1, 1);
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    /** Nothing listens on port 1 of loopback. */
    private static final HostPort REFUSING = new HostPort("127.0.0.1", 1);

    private RouterRehearsal() {}

    /** Takes at most {@code limit}; blocks. Throws BindFailedException when loopback has no free port. */
    static Rehearsal.Result run(Duration limit) throws BindFailedException, GeoDatabaseException {
        try (Rehearsal rehearsal = new Rehearsal()) {
            Router router = Router.startSilently(
                    deployment(rehearsal), new RouterOptions(FREE, FREE, "rehearsal", channel -> {}));
            try {
                return rehearsal.run(router.port(), REQUESTS, limit);
            } finally {
                router.kill();
            }
        }
    }

    private static Deployment deployment(Rehearsal rehearsal) {
        Location near = location("near", new GeoPoint(0, 0), List.of(rehearsal.faulty(), REFUSING));
        Location far = location("far", new GeoPoint(0, 90), List.of(rehearsal.steady()));
        RouterSettings d = RouterSettings.DEFAULTS;
        return new Deployment(
                new Service("rehearsal", Tier.PREMIUM, near, List.of(far), "rehearsal-secret"),
                List.<Api>of(),
                new RouterSettings(
                        FREE,
                        FREE,
                        near.region().point(),
                        List.of(Cidr.parse("127.0.0.0/8")),
                        d.forwardedHeaders(),
                        null,
                        QUICK,
                        d.timeouts(),
                        d.limits(),
                        d.maxAttempts(),
                        1,
                        d.accessLog(),
                        Duration.ZERO),
                GatewaySettings.DEFAULTS);
    }

    private static Location location(String name, GeoPoint point, List<HostPort> nodes) {
        return new Location(new Region(name, name, point), 1, false, nodes);
    }
}
