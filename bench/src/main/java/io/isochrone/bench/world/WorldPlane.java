package io.isochrone.bench.world;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.source.ControlSettings;
import io.isochrone.config.source.ControlSource;
import io.isochrone.config.source.Node;
import io.isochrone.config.source.Taker;
import io.isochrone.control.Control;
import io.isochrone.control.ControlOptions;
import io.isochrone.control.arm.NodeSettings;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayFeed;
import io.isochrone.router.Router;
import io.isochrone.router.RouterFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The control plane of a world: a service with the world's regions, an API whose backends each region has for itself, and a token with
 * which the world's nodes join. Its data is in a folder of its own, which is gone afterwards.
 *
 * <p>Thread-safe.
 */
public final class WorldPlane implements AutoCloseable {
    /** What the service is called. */
    public static final String SERVICE = "world";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "?api-version=2024-05-01";
    private static final String ID = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/isochrone"
            + "/providers/Microsoft.ApiManagement/service/" + SERVICE;
    private static final String LOOPBACK = "[\"127.0.0.0/8\",\"::1\"]";
    private static final long STORED_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_NANOS = 50_000_000;

    private final Path folder;
    private final Control control;
    private final ControlSettings settings;

    private WorldPlane(Path folder, Control control, Map<String, HostPort> backends)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.control = control;
        URI base = URI.create("https://localhost:" + control.port());
        PlaneCalls calls = new PlaneCalls(base, authority(), control.tokenFile());
        seed(calls, backends);
        Files.writeString(nodeToken(), token(calls), StandardCharsets.US_ASCII);
        this.settings = new ControlSettings(List.of(base), nodeToken(), authority());
    }

    /** Starts it with the world's service; nothing runs or is left when it throws. Keys are canonical region names. */
    public static WorldPlane start(HostPort listen, Map<String, HostPort> backends)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("isochrone-world");
        Control control = null;
        try {
            ControlOptions any = ControlOptions.local(folder);
            control = Control.start(new ControlOptions(
                    listen,
                    any.data(),
                    any.names(),
                    null,
                    null,
                    any.domain(),
                    any.patience(),
                    any.drain(),
                    any.etcd(),
                    any.cluster()));
            return new WorldPlane(folder, control, backends);
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (control != null) {
                control.close();
            }
            delete(folder);
            throw e;
        }
    }

    private static void seed(PlaneCalls calls, Map<String, HostPort> backends)
            throws IOException, InterruptedException {
        calls.call("PUT", ID + VERSION, service());
        long giveUp = System.nanoTime() + STORED_NANOS;
        while (!JSON.readTree(calls.call("GET", ID + VERSION, ""))
                .at("/properties/provisioningState")
                .asText()
                .equals("Succeeded")) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("service: not stored within 20 s (expected: Succeeded)");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        String primary = WorldPlan.PLACES.get(0).region().name();
        ObjectNode api = JSON.createObjectNode();
        api.putObject("properties")
                .put("displayName", "Sample")
                .put("path", "")
                .put("serviceUrl", "http://" + backends.get(primary))
                .put("subscriptionRequired", false)
                .putArray("protocols")
                .add("http");
        calls.call("PUT", ID + "/apis/sample" + VERSION, api.toString());
        ObjectNode policy = JSON.createObjectNode();
        policy.putObject("properties").put("format", "rawxml").put("value", policy(backends));
        calls.call("PUT", ID + "/apis/sample/policies/policy" + VERSION, policy.toString());
    }

    private static String service() {
        ObjectNode service = JSON.createObjectNode();
        ArrayNode others = JSON.createArrayNode();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            ObjectNode at = others.isEmpty() && service.isEmpty() ? service : others.addObject();
            at.put("location", place.region().displayName())
                    .putObject("sku")
                    .put("name", "Premium")
                    .put("capacity", place.nodes());
        }
        ObjectNode properties = service.putObject("properties");
        properties.put("publisherName", "Isochrone").put("publisherEmail", "world@isochrone.internal");
        properties.set("additionalLocations", others);
        properties
                .putObject("customProperties")
                .put(
                        NodeSettings.ROUTER,
                        "{\"trusted-proxies\":" + LOOPBACK + ",\"max-attempts\":" + WorldPlan.NODES
                                + ",\"probing\":{\"hold-down\":\"0ms\",\"max-hold-down\":\"0ms\",\"ramp\":\"1s\"}}")
                .put(NodeSettings.GATEWAY, "{\"trusted-proxies\":" + LOOPBACK + ",\"event-loops\":1}");
        return service.toString();
    }

    private static String policy(Map<String, HostPort> backends) {
        StringBuilder text = new StringBuilder("<policies><inbound><base/><choose>");
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            text.append("<when condition=\"@(\"")
                    .append(place.region().displayName())
                    .append("\".Equals(context.Deployment.Region, StringComparison.OrdinalIgnoreCase))\">")
                    .append("<set-backend-service base-url=\"http://")
                    .append(backends.get(place.region().name()))
                    .append("\"/></when>");
        }
        return text.append("</choose></inbound><backend><base/></backend><outbound><base/></outbound>")
                .append("<on-error><base/></on-error></policies>")
                .toString();
    }

    private static String token(PlaneCalls calls) throws IOException, InterruptedException {
        String answer = calls.call(
                "POST",
                "/control/v1/tokens",
                "{\"name\":\"world-nodes\",\"role\":\"node\",\"service\":\"" + SERVICE + "\"}");
        return JSON.readTree(answer).path("token").asText();
    }

    /** Lets a gateway that serves follow the control plane until what is returned is closed. */
    AutoCloseable join(Gateway gateway, String region, HostPort address) {
        GatewayFeed feed = GatewayFeed.of(gateway, region, address);
        return fed(feed, feed);
    }

    /** The same for the router. */
    AutoCloseable join(Router router, HostPort address) {
        RouterFeed feed = RouterFeed.of(router, address);
        return fed(feed, feed);
    }

    private ControlSource fed(Node node, Taker taker) {
        ControlSource source = new ControlSource(
                settings, folder.resolve("nodes").resolve(node.identity().node()), node, taker);
        source.start();
        return source;
    }

    /** What it says of the world's nodes, as operators are told. */
    String nodes() throws IOException, InterruptedException {
        return new PlaneCalls(settings.urls().get(0), authority(), operatorToken())
                .call("GET", "/control/v1/nodes?service=" + SERVICE, "");
    }

    /** The port that it listens on. */
    public int port() {
        return control.port();
    }

    /** The operator's token. */
    public Path operatorToken() {
        return control.tokenFile();
    }

    /** The token with which nodes join. */
    public Path nodeToken() {
        return folder.resolve("node.token");
    }

    /** The authority that its certificate comes from. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Stops it and takes its folder away. */
    @Override
    public void close() {
        control.close();
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> {
                try {
                    Files.deleteIfExists(each);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException
                | UncheckedIOException e) { // a file that is in use stays in the system's folder for temporary ones
        }
    }
}
