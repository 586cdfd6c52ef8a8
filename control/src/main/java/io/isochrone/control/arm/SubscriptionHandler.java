package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.Region;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Subscriptions, tenants, places and resource groups, as tools look at them before they come to services. A subscription and a group
 * are there by being named: nothing is kept of them.
 *
 * <p>Thread-safe.
 */
public final class SubscriptionHandler {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Store store;
    private final ManagementSettings settings;

    /** Over the services that are stored. */
    public SubscriptionHandler(Store store, ManagementSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** Answers {@code /tenants} and what is below {@code /subscriptions} and not a service. */
    Reply answer(Call call, List<String> words) {
        String first = words.get(0).toLowerCase(Locale.ROOT);
        if (first.equals("tenants") && words.size() == 1) {
            ManagementEndpoint.allow(call, "GET");
            return list(Stream.of(JSON.objectNode()
                    .put("id", "/tenants/" + settings.subscription())
                    .put("tenantId", settings.subscription())
                    .put("displayName", "Isochrone")));
        }
        if (!first.equals("subscriptions") || words.stream().anyMatch(String::isEmpty)) {
            throw ArmException.notFound(call.path());
        }
        String third = words.size() > 2 ? words.get(2).toLowerCase(Locale.ROOT) : "";
        if (words.size() == 4 && third.equals("resourcegroups")) {
            return group(call, words.get(1), words.get(3));
        }
        if (words.size() > 3) {
            throw ArmException.notFound(call.path());
        }
        if (words.size() == 3 && !third.equals("locations") && !third.equals("resourcegroups")) {
            throw ArmException.notFound(call.path());
        }
        ManagementEndpoint.allow(call, "GET");
        return switch (third) {
            case "locations" ->
                list(settings.regions().regions().stream().map(region -> location(words.get(1), region)));
            case "resourcegroups" ->
                list(named(path -> path.subscription().equalsIgnoreCase(words.get(1))).values().stream()
                        .map(path -> group(path.subscription(), path.group())));
            default ->
                words.size() == 2 ? Reply.json(200, subscription(words.get(1)).toString()) : subscriptions();
        };
    }

    private Reply subscriptions() {
        Map<String, String> ids = new LinkedHashMap<>();
        ids.put(settings.subscription().toLowerCase(Locale.ROOT), settings.subscription());
        named(path -> true)
                .values()
                .forEach(path -> ids.putIfAbsent(path.subscription().toLowerCase(Locale.ROOT), path.subscription()));
        return list(ids.values().stream().map(this::subscription));
    }

    private ObjectNode subscription(String id) {
        return JSON.objectNode()
                .put("id", "/subscriptions/" + id)
                .put("subscriptionId", id)
                .put("tenantId", settings.subscription())
                .put("displayName", "Isochrone")
                .put("state", "Enabled");
    }

    private static ObjectNode location(String subscription, Region region) {
        ObjectNode json = JSON.objectNode()
                .put("id", "/subscriptions/" + subscription + "/locations/" + region.name())
                .put("name", region.name())
                .put("type", "Region")
                .put("displayName", region.displayName())
                .put("regionalDisplayName", region.displayName());
        json.putObject("metadata")
                .put("regionType", "Physical")
                .put("latitude", String.valueOf(region.point().latitude()))
                .put("longitude", String.valueOf(region.point().longitude()));
        return json;
    }

    private Reply group(Call call, String subscription, String name) {
        return switch (call.method()) {
            case "GET" -> Reply.json(200, group(subscription, name).toString());
            case "HEAD" -> Reply.of(204);
            case "PUT" -> {
                Json.body(call);
                yield Reply.json(200, group(subscription, name).toString());
            }
            default -> throw ArmException.method(call.method(), "GET, HEAD, PUT");
        };
    }

    private static ObjectNode group(String subscription, String name) {
        ObjectNode json = JSON.objectNode()
                .put("id", "/subscriptions/" + subscription + "/resourceGroups/" + name)
                .put("name", name)
                .put("type", "Microsoft.Resources/resourceGroups")
                .put("location", "westeurope");
        json.putObject("tags");
        json.putObject("properties").put("provisioningState", "Succeeded");
        return json;
    }

    /** Services by their group's id in lower case, one of each group. */
    private Map<String, ServicePath> named(Predicate<ServicePath> which) {
        Map<String, ServicePath> groups = new LinkedHashMap<>();
        store.list("services/").entries().stream()
                .map(Entry::value)
                .map(ServicePath::of)
                .filter(Objects::nonNull)
                .filter(which)
                .forEach(path ->
                        groups.putIfAbsent((path.subscription() + "/" + path.group()).toLowerCase(Locale.ROOT), path));
        return groups;
    }

    /** Tools that want places and groups take the first page for everything, so there is one page. */
    private static Reply list(Stream<ObjectNode> values) {
        ObjectNode page = JSON.objectNode();
        List<ObjectNode> all = new ArrayList<>();
        values.forEach(all::add);
        page.putArray("value").addAll(all);
        return Reply.json(200, page.toString());
    }
}
