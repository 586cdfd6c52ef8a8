package io.isochrone.control.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.store.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each API's calls go: its {@code serviceUrl}, unless the policy of the API (or of the service, where the API's includes it or has none) sends
 * all or some regions' calls to a backend entity, a pool or another URL. Of a pool the members with the lowest priority count.
 *
 * <p>Immutable.
 */
final class StoredBackends {
    private static final int MAX_MEMBERS = 100;
    private static final int MAX_POLICY = 256 * 1024;

    private final StoredResources stored;
    private final ServiceInput service;

    StoredBackends(StoredResources stored, ServiceInput service) {
        this.stored = stored;
        this.service = service;
    }

    /**
     * Where the calls of one API go.
     *
     * @param urls from regions without their own
     * @param regional by canonical region name
     */
    record Choice(List<String> urls, Map<String, List<String>> regional) {
        boolean isEmpty() {
            return urls.isEmpty() && regional.isEmpty();
        }

        void write(ObjectNode item) {
            if (!urls.isEmpty()) {
                ArrayNode list = item.putArray("backends");
                urls.forEach(list::add);
            }
            if (!regional.isEmpty()) {
                ObjectNode byRegion = item.putObject("regional-backends");
                regional.forEach((region, each) -> {
                    ArrayNode list = byRegion.putArray(region);
                    each.forEach(list::add);
                });
            }
        }
    }

    /** For the API with this key. */
    Choice of(String api, Doc serviceUrl) {
        List<String> urls =
                serviceUrl.isThere() && !serviceUrl.isEmptyText() ? List.of(url(serviceUrl.text(2000))) : List.of();
        Map<String, List<String>> regional = new TreeMap<>();
        BackendPolicy policy = policy("apis/" + api + "/policies/policy");
        List<BackendPolicy> inOrder = new ArrayList<>();
        if (policy == null || policy.hasBase()) {
            BackendPolicy all = policy("policies/policy");
            if (all != null) {
                inOrder.add(all);
            }
        }
        if (policy != null) {
            inOrder.add(policy);
        }
        for (BackendPolicy each : inOrder) {
            if (each.everywhere() != null) {
                urls = target(each.everywhere());
                regional.clear();
            }
            each.regional().forEach((region, target) -> {
                if (service.has(region)) {
                    regional.put(region, target(target));
                }
            });
        }
        return new Choice(urls, regional);
    }

    private @Nullable BackendPolicy policy(String place) {
        Entry entry = stored.below().get(place);
        if (entry == null) {
            return null;
        }
        Doc value = stored.doc(place, entry).at("properties").at("value");
        String form = stored.doc(place, entry).at("properties").at("format").optionalText(40);
        return BackendPolicy.read(value.path(), value.anyText(MAX_POLICY), form == null ? "xml" : form);
    }

    private List<String> target(BackendPolicy.Target target) {
        return target.isEntity()
                ? urls(target.value().toLowerCase(Locale.ROOT), new TreeSet<>())
                : List.of(url(target.value()));
    }

    private List<String> urls(String backend, Set<String> seen) {
        String place = "backends/" + backend;
        Entry entry = stored.below().get(place);
        if (entry == null) {
            throw new UnpublishableException(
                    "service/" + stored.name() + "/" + place, "missing", "a backend that a policy names");
        }
        Doc properties = stored.doc(place, entry).at("properties");
        if (!seen.add(backend)) {
            throw properties.at("pool").wrong("a pool that is not inside itself");
        }
        if (properties.at("url").isThere()) {
            seen.remove(backend);
            return List.of(url(properties.at("url").text(2000)));
        }
        long lowest = Long.MAX_VALUE;
        List<String> urls = new ArrayList<>();
        for (Doc member : properties.at("pool").at("services").items(MAX_MEMBERS)) {
            String id = member.at("id").text(1000);
            Doc at = member.at("priority");
            long priority = at.isThere() ? at.number(0, 100) : 0;
            Doc weight = member.at("weight");
            boolean counts = !weight.isThere() || weight.number(0, 100) > 0;
            if (priority < lowest && counts) {
                lowest = priority;
                urls.clear();
            }
            if (priority == lowest && counts) {
                for (String each : urls(id.substring(id.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT), seen)) {
                    if (!urls.contains(each)) {
                        urls.add(each);
                    }
                }
            }
        }
        seen.remove(backend);
        if (urls.isEmpty()) {
            throw properties.wrong("a url, or a pool with members");
        }
        return urls;
    }

    /** As a node reads it: WebSockets by their HTTP scheme, no slash at the end. */
    private static String url(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String http = lower.startsWith("ws://") || lower.startsWith("wss://") ? "http" + written.substring(2) : written;
        return http.endsWith("/") ? http.substring(0, http.length() - 1) : http;
    }
}
