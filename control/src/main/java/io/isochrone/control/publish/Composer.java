package io.isochrone.control.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.wire.SnapshotId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts a service, what it publishes and its nodes together to what both kinds of nodes are offered. Gateways learn no nodes, so that
 * a node that comes or goes changes nothing for them; routers learn no keys.
 *
 * <p>Thread-safe: no state.
 */
final class Composer {
    /** What keys of APIs begin with, and the first text after all of them. */
    static final String APIS = "apis/";

    static final String APIS_END = "apis0";

    /** The same of subscriptions. */
    static final String SUBSCRIPTIONS = "subscriptions/";

    static final String SUBSCRIPTIONS_END = "subscriptions0";

    private static final int MAX_NAME = 256;
    private static final int MAX_APIS = 100_000;

    static final String SERVICE = "service";

    private Composer() {}

    /** Of members in any order; those of other regions than the service's are left out. */
    static Line compose(
            SnapshotId id,
            ServiceInput service,
            SortedMap<String, String> subscriptions,
            SortedMap<String, String> apis,
            List<Member> members) {
        SortedMap<String, String> gateways = new TreeMap<>(apis);
        Set<String> names = new HashSet<>();
        apis.forEach((key, item) -> names.add(Doc.read(key, item).at("name").text(MAX_NAME)));
        subscriptions.forEach((key, item) -> gateways.put(key, opening(names, key, item)));
        gateways.put(SERVICE, item(service, List.of()));
        gateways.putAll(service.settings());
        SortedMap<String, String> routers = new TreeMap<>(apis);
        routers.put(SERVICE, item(service, members));
        routers.putAll(service.settings());
        return new Line(id, gateways, routers);
    }

    /** A subscription that opens none but APIs that are there: it may know those of a candidate already, or still those that are gone. */
    private static String opening(Set<String> names, String key, String item) {
        Doc doc = Doc.read(key, item);
        Doc apis = doc.at("apis");
        if (!apis.isList()) {
            return item;
        }
        List<String> opened =
                apis.items(MAX_APIS).stream().map(each -> each.text(MAX_NAME)).toList();
        return names.containsAll(opened)
                ? item
                : doc.with("apis", opened.stream().filter(names::contains).toList());
    }

    private static String item(ServiceInput service, List<Member> members) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put("name", service.name()).put("tier", service.tier());
        if (service.hopSecret() != null) {
            item.put("hop-secret", service.hopSecret());
        }
        item.set("primary", location(service.locations().get(0), members));
        if (service.locations().size() > 1) {
            ArrayNode others = item.putArray("additional-locations");
            service.locations().stream().skip(1).forEach(each -> others.add(location(each, members)));
        }
        return item.toString();
    }

    private static ObjectNode location(LocationInput location, List<Member> members) {
        ObjectNode item = JsonNodeFactory.instance.objectNode();
        item.put("location", location.region()).put("units", location.units());
        List<String> addresses = members.stream()
                .filter(member -> member.region().equals(location.region()))
                .map(Member::address)
                .sorted()
                .toList();
        if (!addresses.isEmpty()) {
            ArrayNode nodes = item.putArray("nodes");
            addresses.forEach(nodes::add);
        }
        if (location.off()) {
            item.put("gateway-disabled", true);
        }
        return item;
    }
}
