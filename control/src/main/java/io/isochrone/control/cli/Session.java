package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.problem.Suggestion;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** One command's talk with a control plane. Not thread-safe; confined to the main thread. */
final class Session {
    static final String VERSION = "api-version=2024-05-01";
    static final String PROVIDER = "/providers/Microsoft.ApiManagement";

    /** The subscription of services that nobody gave another. */
    static final String NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

    private static final int MOST_PAGES = 1_000;
    private static final int MOST_TRIES = 4;

    private final Connection options;
    private final Surroundings around;
    private final CommandLine line;
    private final ControlClient client;

    Session(Connection options, Surroundings around, CommandLine line) {
        this.options = options;
        this.around = around;
        this.line = line;
        String written =
                options.control != null ? options.control : around.env().get("ISOCHRONE_CONTROL");
        URI control = address(written == null || written.isBlank() ? Connection.DEFAULT_CONTROL : written);
        client = new ControlClient(control, Credentials.find(options, control, around));
    }

    ControlClient client() {
        return client;
    }

    Surroundings around() {
        return around;
    }

    PrintWriter out() {
        return line.getOut();
    }

    PrintWriter err() {
        return line.getErr();
    }

    boolean isJson() {
        return options.json;
    }

    /** Prints words, unless JSON is wanted. */
    void say(String words) {
        if (!options.json) {
            out().println(words);
        }
    }

    /** Prints JSON when it is wanted. */
    void print(JsonNode node) {
        if (options.json) {
            out().println(node.toPrettyString());
        }
    }

    /** Prints a table, or words when it is empty. */
    void table(Listing listing, String whenEmpty) {
        if (options.json) {
            return;
        }
        if (listing.isEmpty()) {
            out().println(whenEmpty);
        } else {
            Ansi ansi = line.getColorScheme().ansi();
            listing.print(out(), ansi);
        }
    }

    /** The JSON at a path. */
    JsonNode get(String path) {
        return json(client.good("GET", path, null));
    }

    /** The JSON at a path, or null when the control plane has nothing there. */
    @Nullable
    JsonNode find(String path) {
        Answer answer = client.call("GET", path, null, Map.of());
        if (answer.status() == 404) {
            return null;
        }
        if (!answer.isGood()) {
            throw client.refused(answer);
        }
        return json(answer);
    }

    private JsonNode json(Answer answer) {
        JsonNode json = answer.json();
        if (!json.isContainerNode()) {
            throw client.refused(answer);
        }
        return json;
    }

    /** All items of a list, page after page. */
    List<JsonNode> list(String path) {
        List<JsonNode> items = new ArrayList<>();
        String next = path;
        for (int i = 0; i < MOST_PAGES && !next.isEmpty(); i++) {
            JsonNode page = get(next);
            page.path("value").forEach(items::add);
            next = page.path("nextLink").asText();
        }
        return items;
    }

    /** The ids of all subscriptions. */
    Set<String> subscriptions() {
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode each : list("/subscriptions?" + VERSION)) {
            ids.add(each.path("subscriptionId").asText());
        }
        return ids;
    }

    /** All services of the control plane. */
    List<ServiceView> services() {
        List<ServiceView> services = new ArrayList<>();
        for (String subscription : subscriptions()) {
            for (JsonNode each : list("/subscriptions/" + encoded(subscription) + PROVIDER + "/service?" + VERSION)) {
                services.add(new ServiceView(each));
            }
        }
        return services;
    }

    /** The service of this name; without one, the only service. */
    ServiceView service(@Nullable String name) {
        List<ServiceView> all = services();
        List<String> names = new ArrayList<>();
        for (ServiceView each : all) {
            if (each.name().equalsIgnoreCase(name)) {
                return read(each.id());
            }
            names.add(each.name());
        }
        if (name != null) {
            String meant = Suggestion.nearest(name, names);
            throw FailedException.usage("service: \"" + name + "\" (expected: a service of this control plane"
                    + (meant == null ? "" : "; did you mean \"" + meant + "\"?") + ")");
        }
        if (all.isEmpty()) {
            throw FailedException.bad(
                    "service: there is none (expected: one)",
                    "Make one: isochrone service create NAME --location \"West Europe\"");
        }
        if (all.size() > 1) {
            throw FailedException.usage("--service: missing (expected: one of " + String.join(", ", names) + ")");
        }
        return read(all.get(0).id());
    }

    /** The service at an id as it is now. */
    ServiceView read(String id) {
        return new ServiceView(get(id + "?" + VERSION));
    }

    /**
     * Changes a service by PATCH, on the condition that nobody else has meanwhile; if somebody has, what to do is worked out again.
     *
     * @param body what to send for the service as it is; null: nothing is to be done
     * @return the answer, or null when there was nothing to do
     */
    @Nullable
    Answer change(ServiceView service, Function<ServiceView, @Nullable ObjectNode> body) {
        ServiceView now = service;
        for (int i = 1; ; i++) {
            ObjectNode patch = body.apply(now);
            if (patch == null) {
                return null;
            }
            Map<String, String> condition =
                    now.etag().isEmpty() ? Map.of() : Map.of("If-Match", '"' + now.etag() + '"');
            Answer answer = client.call("PATCH", now.id() + "?" + VERSION, patch.toString(), condition);
            if (answer.isGood()) {
                return answer;
            }
            if (answer.status() != 412 || i == MOST_TRIES) {
                throw client.refused(answer);
            }
            now = read(service.id());
        }
    }

    /** The nodes of a service; empty where the control plane tells of none. */
    List<JsonNode> nodes(ServiceView service) {
        JsonNode answer = find("/control/v1/nodes?service=" + encoded(service.name()));
        List<JsonNode> nodes = new ArrayList<>();
        if (answer != null) {
            answer.path("value").forEach(nodes::add);
        }
        return nodes;
    }

    /** The display names of regions that the control plane offers to a subscription, {@code /subscriptions/ID}; empty when it does not tell. */
    Set<String> offered(String subscription) {
        Set<String> names = new LinkedHashSet<>();
        JsonNode skus = find(subscription + PROVIDER + "/skus?" + VERSION);
        if (skus != null) {
            for (JsonNode sku : skus.path("value")) {
                sku.path("locations").forEach(location -> names.add(location.asText()));
            }
        }
        return names;
    }

    /** A text as one piece of a path or a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI address(String written) {
        try {
            URI uri = URI.create(written);
            if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, as any other address that cannot be one
        }
        throw FailedException.usage("--control: \"" + written + "\" (expected: https://HOST:PORT)");
    }
}
