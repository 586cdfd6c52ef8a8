package io.isochrone.control.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.entity.StoredEntities;
import io.isochrone.control.store.Entry;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The APIs and subscriptions of a service as items of a snapshot. An API that names no backend and has none by a policy is left out,
 * and so are revisions that are not current; versions of one API stand below its path.
 *
 * <p>Immutable.
 */
final class StoredApis {
    private static final String ROOT = "/apis";
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._~-]{1,100}");

    private final StoredResources stored;
    private final StoredResources.Opener opener;
    private final StoredBackends backends;

    StoredApis(StoredResources stored, ServiceInput service, StoredResources.Opener opener) {
        this.stored = stored;
        this.opener = opener;
        backends = new StoredBackends(stored, service);
    }

    /** Items by key. Throws {@link UnpublishableException} for the first that cannot be read. */
    SortedMap<String, String> items() {
        SortedMap<String, String> items = new TreeMap<>();
        Set<String> open = open();
        for (String name : stored.names("apis")) {
            Doc doc = document("apis/" + name);
            String item = api(name, doc, doc.at("properties"), open.contains(name));
            if (item != null) {
                items.put(Composer.APIS + name, item);
            }
        }
        return items;
    }

    private Doc document(String place) {
        return stored.doc(place, entry(place));
    }

    private Entry entry(String place) {
        Entry entry = stored.below().get(place);
        if (entry == null) {
            throw new IllegalStateException(place + ": listed, but not there");
        }
        return entry;
    }

    private @Nullable String api(String key, Doc doc, Doc properties, boolean open) {
        String name = named(key, doc);
        String path = path(properties);
        boolean needsKey = properties.at("subscriptionRequired").flag(true) && !open;
        boolean isCurrent = properties.at("isCurrent").flag(true);
        StoredBackends.Choice choice = backends.of(key, properties.at("serviceUrl"));
        if (!isCurrent || choice.isEmpty()) {
            return null;
        }
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put("name", name).put("path", path);
        choice.write(item);
        if (needsKey) {
            item.put("subscription-required", true);
            keyNames(properties.at("subscriptionKeyParameterNames"), item);
        }
        return item.toString();
    }

    private static void keyNames(Doc names, ObjectNode item) {
        String header =
                names.at("header").isEmptyText() ? null : names.at("header").text(100);
        String query =
                names.at("query").isEmptyText() ? null : names.at("query").text(100);
        if (header != null || query != null) {
            ObjectNode on = item.putObject("subscription-key");
            if (header != null) {
                on.put("header", header);
            }
            if (query != null) {
                on.put("query", query);
            }
        }
    }

    /** The name as written, which differs from the key in case only. */
    private static String named(String key, Doc doc) {
        String name = doc.at("name").text(256);
        if (!name.toLowerCase(Locale.ROOT).equals(key)) {
            throw doc.at("name").wrong("the name in its id, " + key);
        }
        return name;
    }

    private static String path(Doc properties) {
        Doc at = properties.at("path");
        String written = at.isEmptyText() ? "" : at.text(400);
        String version = properties.at("apiVersion").isEmptyText()
                ? null
                : properties.at("apiVersion").optionalText(100);
        if (version != null && !VERSION.matcher(version).matches()) {
            throw properties.at("apiVersion").wrong("letters, digits, dots, dashes, underscores and tildes");
        }
        String below = version == null ? written : written.isEmpty() ? version : written + "/" + version;
        return "/" + below;
    }

    /** Keys of APIs that an open product has: they need no key. */
    private Set<String> open() {
        Set<String> open = new TreeSet<>();
        for (String product : stored.names("products")) {
            Doc properties = document("products/" + product).at("properties");
            if (!properties.at("subscriptionRequired").flag(true)
                    && "published".equals(properties.at("state").optionalText(40))) {
                open.addAll(stored.names("products/" + product + ROOT));
            }
        }
        return open;
    }

    /** Items by key of those whose keys let calls in. Throws {@link UnpublishableException} for the first that cannot be read. */
    SortedMap<String, String> subscriptions() {
        SortedMap<String, String> items = new TreeMap<>();
        for (String key : stored.names("subscriptions")) {
            Doc doc = document("subscriptions/" + key);
            Doc keys = stored.secret("subscriptions/" + key, opener);
            Doc properties = doc.at("properties");
            Doc state = properties.at("state");
            if (keys == null || !state.text(40).toLowerCase(Locale.ROOT).equals("active")) {
                continue;
            }
            ObjectNode item = JsonNodeFactory.instance.objectNode();
            item.put("name", named(key, doc));
            ArrayNode hashes = item.putArray("key-hashes");
            for (String each : List.of("primaryKey", "secondaryKey")) {
                hashes.add(StoredEntities.hash(secretText(keys, each)));
            }
            List<String> scope = scope(properties.at("scope"));
            if (scope == null) {
                item.put("apis", "all");
            } else {
                ArrayNode apis = item.putArray("apis");
                scope.forEach(apis::add);
            }
            items.put(Composer.SUBSCRIPTIONS + key, item.toString());
        }
        return items;
    }

    private static String secretText(Doc keys, String field) {
        try {
            return keys.at(field).text(256);
        } catch (UnpublishableException e) {
            throw new UnpublishableException(keys.path() + "." + field, "***", "text of 1 to 256 characters");
        }
    }

    /** Names of the APIs that it lets into; null: all. */
    private @Nullable List<String> scope(Doc at) {
        String scope = at.text(1000);
        String lower = scope.toLowerCase(Locale.ROOT);
        String last = lower.substring(lower.lastIndexOf('/') + 1);
        if (lower.endsWith(ROOT) || lower.endsWith(ROOT + "/")) {
            return null;
        }
        if (lower.endsWith(ROOT + "/" + last)) {
            return stored.below().containsKey("apis/" + last) ? List.of(nameOf(last)) : List.of();
        }
        if (lower.endsWith("/products/" + last)) {
            return stored.names("products/" + last + ROOT).stream()
                    .filter(api -> stored.below().containsKey("apis/" + api))
                    .map(this::nameOf)
                    .toList();
        }
        throw at.wrong("/apis, /apis/NAME or /products/NAME");
    }

    private String nameOf(String api) {
        return named(api, document("apis/" + api));
    }
}
