package io.isochrone.bench.world;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The simulated world's regions, and the deployment that they make once it is known where everything listens. Thread-safe: no state. */
public final class WorldPlan {
    /** A region of the world and how many gateway nodes (units) it has. Immutable. */
    public record Place(Region region, int nodes) {}

    /** West Europe is the primary and has two nodes; East US, Southeast Asia and Brazil South have one each. */
    public static final List<Place> PLACES = List.of(
            new Place(cloud("westeurope"), 2),
            new Place(cloud("eastus"), 1),
            new Place(cloud("southeastasia"), 1),
            new Place(cloud("brazilsouth"), 1));

    /** Every node may be tried once, so that even all regions but one may die at once. */
    static final int NODES = PLACES.stream().mapToInt(Place::nodes).sum();

    private static final Probing FORGIVING = new Probing(
            Probing.DEFAULTS.interval(),
            Probing.DEFAULTS.timeout(),
            Probing.DEFAULTS.fall(),
            Probing.DEFAULTS.rise(),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(1));

    /** Requests under way at a node whose backend is not boundless: more only wait longer. */
    private static final int QUEUE = 8;

    private static final Duration SHORT_TTL = Duration.ofMillis(500);
    private static final Duration LONG_TTL = Duration.ofSeconds(2);

    private static final HostPort UNKNOWN = new HostPort("127.0.0.1", 1);

    /** How many gateway nodes there are. */
    public static int units() {
        return NODES;
    }

    /** How many gateway nodes those regions have. */
    public static int units(List<Region> regions) {
        return PLACES.stream()
                .filter(place -> regions.contains(place.region()))
                .mapToInt(Place::nodes)
                .sum();
    }

    private WorldPlan() {}

    private static Region cloud(String name) {
        Region region = RegionCatalogue.clouds().find(name);
        if (region == null) {
            throw new IllegalStateException("region: " + name + " (expected: in the catalogue)");
        }
        return region;
    }

    /** What gateways are started with: backends are known, their own ports are not. */
    public static Deployment forGateways(Map<String, HostPort> backends) {
        return forGateways(backends, WorldSetup.PLAIN);
    }

    /** The same for a world of that make. */
    public static Deployment forGateways(Map<String, HostPort> backends, WorldSetup setup) {
        Map<String, List<HostPort>> nodes = new HashMap<>();
        for (Place place : PLACES) {
            nodes.put(place.region().name(), List.of(UNKNOWN));
        }
        return deployment(UNKNOWN, UNKNOWN, nodes, backends, setup, NODES);
    }

    /** The whole deployment; keys are canonical region names. Who takes regions out again and again by hand meets no hold-down. */
    public static Deployment deployment(
            HostPort listen, HostPort admin, Map<String, List<HostPort>> nodes, Map<String, HostPort> backends) {
        Deployment plain = deployment(listen, admin, nodes, backends, WorldSetup.PLAIN, NODES);
        RouterSettings r = plain.router();
        RouterSettings forgiving = new RouterSettings(
                r.listen(),
                r.admin(),
                r.place(),
                r.trustedProxies(),
                r.forwardedHeaders(),
                r.geoDatabase(),
                FORGIVING,
                r.timeouts(),
                r.limits(),
                r.maxAttempts(),
                r.eventLoops(),
                r.accessLog(),
                r.restartDelay(),
                r.connections(),
                r.upstreamHttp(),
                r.maxRequestsPerRegion(),
                r.maxRequestsPerUnit(),
                r.hedging());
        return new Deployment(plain.service(), plain.apis(), forgiving, plain.gateway());
    }

    /** The same for a world of that make, whose router sends a request {@code maxAttempts} times at most. */
    static Deployment deployment(
            HostPort listen,
            HostPort admin,
            Map<String, List<HostPort>> nodes,
            Map<String, HostPort> backends,
            WorldSetup setup,
            int maxAttempts) {
        List<Location> locations = new ArrayList<>();
        for (Place place : PLACES) {
            List<HostPort> here = nodes.getOrDefault(place.region().name(), List.of());
            locations.add(new Location(place.region(), place.nodes(), false, here));
        }
        Map<String, List<Backend>> regional = new HashMap<>();
        backends.forEach((region, address) -> regional.put(region, List.of(new Backend(address, ""))));
        List<Backend> primary = regional.getOrDefault(PLACES.get(0).region().name(), List.of());
        Service service = new Service(
                "world", Tier.PREMIUM, locations.get(0), locations.subList(1, locations.size()), "simulated-world");
        return new Deployment(
                service,
                List.of(new Api(
                        "sample", "", primary, regional, setup.repeatsWrites(), setup.backendNanos() == 0 ? 0 : QUEUE)),
                routerSettings(listen, admin, setup, maxAttempts),
                gatewaySettings(setup));
    }

    private static List<Cidr> loopback() {
        return List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
    }

    private static RouterSettings routerSettings(HostPort listen, HostPort admin, WorldSetup setup, int maxAttempts) {
        RouterSettings d = RouterSettings.DEFAULTS;
        return new RouterSettings(
                listen,
                admin,
                d.place(),
                loopback(),
                d.forwardedHeaders(),
                d.geoDatabase(),
                d.probing(),
                d.timeouts(),
                d.limits(),
                maxAttempts,
                d.eventLoops(),
                accessLog(setup),
                setup.restartDelay(),
                connections(setup),
                setup.upstream(),
                d.maxRequestsPerRegion(),
                d.maxRequestsPerUnit(),
                d.hedging());
    }

    private static ConnectionSettings connections(WorldSetup setup) {
        DnsSettings dns = setup.dnsPort() == 0
                ? DnsSettings.DEFAULTS
                : new DnsSettings(SHORT_TTL, LONG_TTL, List.of(new HostPort("127.0.0.1", setup.dnsPort())));
        return new ConnectionSettings(null, null, null, dns);
    }

    private static GatewaySettings gatewaySettings(WorldSetup setup) {
        GatewaySettings d = GatewaySettings.DEFAULTS;
        return new GatewaySettings(
                loopback(),
                d.forwardedHeaders(),
                d.timeouts(),
                setup.backendNanos() == 0
                        ? d.limits()
                        : d.limits().with(d.limits().maxConnectionsPerClient(), QUEUE),
                d.maxAttempts(),
                d.ejection(),
                1,
                accessLog(setup),
                setup.restartDelay());
    }

    private static AccessLogSettings accessLog(WorldSetup setup) {
        AccessLogSettings d = AccessLogSettings.DEFAULTS;
        return new AccessLogSettings(setup.accessLog(), d.queueLines(), d.secretParameters());
    }
}
