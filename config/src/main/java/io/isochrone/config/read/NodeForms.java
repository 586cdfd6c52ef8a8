package io.isochrone.config.read;

import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Timeouts;

/** The form of the router's and the gateways' settings. Not thread-safe; confined to its owner. */
final class NodeForms {
    private static final int MAX = 1 << 30;

    private final DeploymentForm form;

    NodeForms(DeploymentForm form) {
        this.form = form;
    }

    RouterSettings router(Section s) {
        RouterSettings d = RouterSettings.DEFAULTS;
        GeoPoint place = form.place(s);
        RouterSettings router = new RouterSettings(
                s.hostPort("listen", d.listen()),
                s.hostPort("admin", d.admin()),
                s.has("place") ? place : d.place(),
                s.cidrs("trusted-proxies", d.trustedProxies()),
                forwarded(s.section("forwarded-headers"), d.forwardedHeaders()),
                s.valueOrNull("geo-database", form::resolved),
                probing(s.section("probing"), d.probing()),
                timeouts(s.section("timeouts"), d.timeouts()),
                limits(s.section("limits"), d.limits()),
                s.number("max-attempts", d.maxAttempts(), 1, 10),
                s.number("event-loops", d.eventLoops(), 0, 256),
                form.accessLog(s.section("access-log")),
                s.duration("restart-delay", d.restartDelay()));
        s.close();
        return router;
    }

    GatewaySettings gateway(Section s) {
        GatewaySettings d = GatewaySettings.DEFAULTS;
        GatewaySettings gateway = new GatewaySettings(
                s.cidrs("trusted-proxies", d.trustedProxies()),
                forwarded(s.section("forwarded-headers"), d.forwardedHeaders()),
                timeouts(s.section("timeouts"), d.timeouts()),
                limits(s.section("limits"), d.limits()),
                s.number("max-attempts", d.maxAttempts(), 1, 10),
                s.duration("ejection", d.ejection()),
                s.number("event-loops", d.eventLoops(), 0, 256),
                form.accessLog(s.section("access-log")),
                s.duration("restart-delay", d.restartDelay()));
        s.close();
        return gateway;
    }

    private static ForwardedHeaders forwarded(Section s, ForwardedHeaders d) {
        ForwardedHeaders headers =
                new ForwardedHeaders(s.flag("x-forwarded", d.xForwarded()), s.flag("forwarded", d.forwarded()));
        s.close();
        return headers;
    }

    private static Probing probing(Section s, Probing d) {
        Probing probing = new Probing(
                s.duration("interval", d.interval()),
                s.duration("timeout", d.timeout()),
                s.number("fall", d.fall(), 1, 100),
                s.number("rise", d.rise(), 1, 100));
        s.close();
        return probing;
    }

    private static Timeouts timeouts(Section s, Timeouts d) {
        Timeouts timeouts = new Timeouts(
                s.duration("request-head", d.requestHead()),
                s.duration("downstream-idle", d.downstreamIdle()),
                s.duration("connect", d.connect()),
                s.duration("first-byte", d.firstByte()),
                s.duration("stream-idle", d.streamIdle()),
                s.duration("upstream-idle", d.upstreamIdle()),
                s.duration("drain", d.drain()));
        s.close();
        return timeouts;
    }

    private static Limits limits(Section s, Limits d) {
        Limits limits = new Limits(
                (int) s.bytes("max-target", d.maxTargetBytes(), 64, 1 << 20),
                (int) s.bytes("max-head", d.maxHeadBytes(), 1024, 1 << 20),
                s.number("max-header-fields", d.maxHeaderFields(), 8, 10_000),
                s.bytes("max-body", d.maxBodyBytes(), 0, Long.MAX_VALUE >> 8),
                s.number("max-connections", d.maxConnections(), 1, 10_000_000),
                (int) s.bytes("replay", d.replayBytes(), 0, MAX),
                (int) s.bytes("buffer", d.bufferBytes(), 4096, MAX));
        s.close();
        return limits;
    }
}
