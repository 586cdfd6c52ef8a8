package io.isochrone.config.read;

import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Subscription;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.config.model.UpstreamTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of the whole file and of the nodes' settings. Thread-safe: no state. */
final class DeploymentKeys {

    static final Kind<Deployment> DEPLOYMENT = deployment();

    private DeploymentKeys() {}

    private static Kind<Deployment> deployment() {
        Key<List<Region>> regions = Key.optional(
                "regions",
                Kind.list(ServiceKeys.OWN_REGION),
                List.of(),
                "places of your own, beside the cloud regions that are known by name");
        Key<Service> service = Key.required("service", ServiceKeys.SERVICE, unreadService(), "what is deployed where");
        Key<List<Api>> apis = Key.optional("apis", Kind.list(ServiceKeys.API), List.of(), "what the gateways publish");
        Key<RouterSettings> router =
                Key.optional("router", router(), RouterSettings.DEFAULTS, "settings of the routers");
        Key<GatewaySettings> gateway =
                Key.optional("gateway", gateway(), GatewaySettings.DEFAULTS, "settings of the gateway nodes");
        Key<List<Subscription>> subscriptions = Key.optional(
                "subscriptions",
                Kind.list(ServiceKeys.SUBSCRIPTION),
                List.of(),
                "who may call the APIs that ask for a key");
        return Kind.section(List.of(regions, service, apis, router, gateway, subscriptions), in -> {
            OwnRegions.add(in.get(regions), in.around.reading);
            return new Deployment(
                    in.get(service), in.get(apis), in.get(router), in.get(gateway), in.get(subscriptions));
        });
    }

    private static Service unreadService() {
        return new Service("?", Tier.PREMIUM, new Location(ServiceKeys.UNREAD, 1, false, List.of()), List.of(), null);
    }

    private static Kind<RouterSettings> router() {
        RouterSettings d = RouterSettings.DEFAULTS;
        Key<HostPort> listen = Key.optional("listen", Kinds.LISTENER, d.listen(), "where clients connect");
        Key<HostPort> admin = Key.optional("admin", Kinds.LISTENER, d.admin(), "where operators connect");
        Key<Optional<GeoPoint>> place = Key.optional(
                "place",
                Kind.optional(place()),
                Optional.empty(),
                "the primary location",
                "where the router stands: used for clients that cannot be located");
        Key<List<Cidr>> trusted = trusted(d.trustedProxies(), "peers whose X-Forwarded-For is believed");
        Key<ForwardedHeaders> forwarded = forwarded(d.forwardedHeaders());
        Key<Optional<String>> geo = Key.optional(
                "geo-database",
                Kind.optional(Kinds.FILE),
                Optional.empty(),
                "the embedded table",
                "MMDB file that tells where addresses are; a relative path is taken from this file's folder");
        Key<Probing> probing =
                Key.optional("probing", NodeKeys.probing(d.probing()), d.probing(), "how nodes are probed");
        Key<Timeouts> timeouts = timeouts(d.timeouts());
        Key<Limits> limits = limits(d.limits());
        Key<Integer> attempts = attempts(d.maxAttempts());
        Key<Integer> loops = loops(d.eventLoops());
        Key<AccessLogSettings> log = log(d.accessLog());
        Key<Duration> restart = restart(d.restartDelay());
        Key<Optional<ListenerTls>> tls = tls();
        Key<Optional<ProxyProtocol>> proxyProtocol = proxyProtocol();
        Key<Optional<UpstreamTls>> upstreamTls =
                upstreamTls("plain text", "TLS to the gateway nodes; when it is there, every node is spoken to by TLS");
        Key<DnsSettings> dns = dns(d.connections().dns());
        Key<UpstreamHttp> upstreamHttp = ConnectionKeys.upstreamHttp();
        Key<Integer> perRegion = Key.optional(
                "max-requests-per-region",
                Kinds.number(0, 10_000_000),
                d.maxRequestsPerRegion(),
                "most requests under way to one region, WebSockets too; further ones go to the next nearest, and get 503 with Retry-After"
                        + " when none has room. 0: half of `router.limits.max-requests`");
        Key<Integer> perUnit = Key.optional(
                "max-requests-per-unit",
                Kinds.number(0, 1_000_000),
                d.maxRequestsPerUnit(),
                "most requests under way to a region for each of its units; a tenth of them is kept for clients that the region is nearest to."
                        + " 0: units bound nothing");
        Key<Hedging> hedging = Key.optional(
                "hedging",
                NodeKeys.hedging(d.hedging()),
                d.hedging(),
                "a GET or HEAD without a body that waits unusually long for its answer is sent to another node too, and the first answer wins");
        return Kind.section(
                List.of(
                        listen,
                        admin,
                        place,
                        trusted,
                        forwarded,
                        geo,
                        probing,
                        timeouts,
                        limits,
                        attempts,
                        loops,
                        log,
                        restart,
                        tls,
                        proxyProtocol,
                        upstreamTls,
                        dns,
                        upstreamHttp,
                        perRegion,
                        perUnit,
                        hedging),
                in -> new RouterSettings(
                        in.get(listen),
                        in.get(admin),
                        in.get(place).orElse(null),
                        in.get(trusted),
                        in.get(forwarded),
                        in.get(geo).orElse(null),
                        in.get(probing),
                        in.get(timeouts),
                        in.get(limits),
                        in.get(attempts),
                        in.get(loops),
                        in.get(log),
                        in.get(restart),
                        new ConnectionSettings(
                                in.get(tls).orElse(null),
                                in.get(proxyProtocol).orElse(null),
                                in.get(upstreamTls).orElse(null),
                                in.get(dns)),
                        in.get(upstreamHttp),
                        in.get(perRegion),
                        in.get(perUnit),
                        in.get(hedging)));
    }

    private static Kind<GatewaySettings> gateway() {
        GatewaySettings d = GatewaySettings.DEFAULTS;
        Key<List<Cidr>> trusted = trusted(d.trustedProxies(), "peers whose X-Forwarded-For is believed: the routers");
        Key<ForwardedHeaders> forwarded = forwarded(d.forwardedHeaders());
        Key<Timeouts> timeouts = timeouts(d.timeouts());
        Key<Limits> limits = limits(d.limits());
        Key<Integer> attempts = attempts(d.maxAttempts());
        Key<Duration> ejection = Key.optional(
                "ejection",
                Kinds.duration(1),
                d.ejection(),
                "how long a backend that refused or reset stays out while others are left");
        Key<Integer> loops = loops(d.eventLoops());
        Key<AccessLogSettings> log = log(d.accessLog());
        Key<Duration> restart = restart(d.restartDelay());
        Key<Optional<ListenerTls>> tls = tls();
        Key<Optional<ProxyProtocol>> proxyProtocol = proxyProtocol();
        Key<Optional<UpstreamTls>> upstreamTls =
                upstreamTls("the defaults below", "TLS to backends whose address begins with https");
        Key<DnsSettings> dns = dns(d.connections().dns());
        return Kind.section(
                List.of(
                        trusted,
                        forwarded,
                        timeouts,
                        limits,
                        attempts,
                        ejection,
                        loops,
                        log,
                        restart,
                        tls,
                        proxyProtocol,
                        upstreamTls,
                        dns),
                in -> new GatewaySettings(
                        in.get(trusted),
                        in.get(forwarded),
                        in.get(timeouts),
                        in.get(limits),
                        in.get(attempts),
                        in.get(ejection),
                        in.get(loops),
                        in.get(log),
                        in.get(restart),
                        new ConnectionSettings(
                                in.get(tls).orElse(null),
                                in.get(proxyProtocol).orElse(null),
                                in.get(upstreamTls).orElse(null),
                                in.get(dns))));
    }

    private static Kind<GeoPoint> place() {
        Key<Double> latitude = Key.required("latitude", Kinds.decimal(-90, 90), 0.0, "degrees north");
        Key<Double> longitude = Key.required("longitude", Kinds.decimal(-180, 180), 0.0, "degrees east");
        Kind<GeoPoint> point =
                Kind.section(List.of(latitude, longitude), in -> new GeoPoint(in.get(latitude), in.get(longitude)));
        return new Kind<>(
                "a region, or latitude and longitude",
                value -> value.isMapping() ? point.reader().apply(value) : pointOf(value),
                GeoPoint::toString,
                point.fields());
    }

    private static @Nullable GeoPoint pointOf(Value value) {
        Region region = ServiceKeys.REGION_NAME.reader().apply(value);
        return region == null ? null : region.point();
    }

    private static Key<List<Cidr>> trusted(List<Cidr> d, String meaning) {
        return Key.optional("trusted-proxies", Kind.list(Kinds.CIDR), d, meaning);
    }

    private static Key<ForwardedHeaders> forwarded(ForwardedHeaders d) {
        return Key.optional(
                "forwarded-headers", NodeKeys.forwarded(d), d, "which headers tell the upstream about the client");
    }

    private static Key<Timeouts> timeouts(Timeouts d) {
        return Key.optional("timeouts", NodeKeys.timeouts(d), d, "how long a node waits, for what");
    }

    private static Key<Limits> limits(Limits d) {
        return Key.optional("limits", NodeKeys.limits(d), d, "how much a node accepts");
    }

    private static Key<Integer> attempts(int d) {
        return Key.optional("max-attempts", Kinds.number(1, 10), d, "how often one request may be sent in all");
    }

    private static Key<Integer> loops(int d) {
        return Key.optional("event-loops", Kinds.number(0, 256), d, "threads that carry traffic; 0: one per processor");
    }

    private static Key<AccessLogSettings> log(AccessLogSettings d) {
        return Key.optional("access-log", NodeKeys.accessLog(d), d, "where the access log goes and what it hides");
    }

    private static Key<Duration> restart(Duration d) {
        return Key.optional(
                "restart-delay",
                Kinds.duration(0),
                d,
                "how long a node told to stop still accepts, so that whoever sends to it can notice");
    }

    private static Key<Optional<ListenerTls>> tls() {
        return Key.optional(
                "tls",
                Kind.optional(ConnectionKeys.listener()),
                Optional.empty(),
                "plain text",
                "TLS of the listener; on or off is fixed at start, what is inside may change");
    }

    private static Key<Optional<ProxyProtocol>> proxyProtocol() {
        return Key.optional(
                "proxy-protocol",
                Kind.optional(ConnectionKeys.proxyProtocol()),
                Optional.empty(),
                "off",
                "every connection must begin with a PROXY header, version 1 or 2; on or off is fixed at start, changes hold for new connections");
    }

    private static Key<Optional<UpstreamTls>> upstreamTls(String byDefault, String meaning) {
        return Key.optional(
                "upstream-tls", Kind.optional(ConnectionKeys.upstream()), Optional.empty(), byDefault, meaning);
    }

    private static Key<DnsSettings> dns(DnsSettings d) {
        return Key.optional("dns", ConnectionKeys.dns(d), d, "how the names of upstreams are looked up");
    }
}
