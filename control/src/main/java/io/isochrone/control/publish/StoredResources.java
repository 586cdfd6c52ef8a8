package io.isochrone.control.publish;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.NodeSettings;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stored resources of one service, read strictly: nothing damaged or out of bounds gets further, whatever wrote it.
 *
 * <p>Immutable.
 *
 * @param name the service's name in lower case
 * @param document the service's own
 * @param below everything below it, by what follows its key and a slash, in lower case: {@code apis/echo}
 * @param secrets what is sealed, by the same names; the service's own under the empty name
 */
public record StoredResources(String name, Entry document, Map<String, Entry> below, Map<String, Entry> secrets) {
    private static final Pattern SERVICE_KEY = Pattern.compile(Pattern.quote(Keys.RESOURCES)
            + "(/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\\.apimanagement/service/([^/]+))");

    private static final int MAX_LOCATIONS = 200;
    private static final int MAX_SETTINGS = 8192;

    /** Opens what is sealed; throws RuntimeException with the reason when it cannot. */
    public interface Opener {
        /** The plain text of a sealed value that stands at {@code key}. */
        String open(String key, String sealed);
    }

    public StoredResources {
        below = new TreeMap<>(below);
        secrets = new TreeMap<>(secrets);
    }

    /** Every service of a store, by name; of two with one name the one whose key comes first. */
    public static Map<String, StoredResources> all(List<Entry> resources, List<Entry> secrets) {
        Map<String, StoredResources> byName = new TreeMap<>();
        TreeMap<String, Entry> byKey = new TreeMap<>();
        resources.forEach(entry -> byKey.put(entry.key(), entry));
        TreeMap<String, Entry> secretByKey = new TreeMap<>();
        secrets.forEach(entry -> secretByKey.put(entry.key(), entry));
        byKey.forEach((key, entry) -> {
            var matcher = SERVICE_KEY.matcher(key);
            if (matcher.matches()) {
                String secretKey = Keys.secret(matcher.group(1));
                Map<String, Entry> sealed = below(secretByKey, secretKey);
                Entry own = secretByKey.get(secretKey);
                if (own != null) {
                    sealed.put("", own);
                }
                byName.putIfAbsent(
                        matcher.group(2), new StoredResources(matcher.group(2), entry, below(byKey, key), sealed));
            }
        });
        return byName;
    }

    private static Map<String, Entry> below(TreeMap<String, Entry> all, String key) {
        Map<String, Entry> below = new TreeMap<>();
        all.subMap(key + "/", key + "0").forEach((each, entry) -> below.put(each.substring(key.length() + 1), entry));
        return below;
    }

    /**
     * What is wanted of the service.
     *
     * @throws UnpublishableException when the service itself cannot be read
     */
    public Wanted wanted(Opener opener) {
        ServiceInput service = service(opener);
        StoredApis apis = new StoredApis(this, service, opener);
        String refusal = null;
        SortedMap<String, String> subscriptions = null;
        SortedMap<String, String> published = null;
        try {
            published = apis.items();
            subscriptions = apis.subscriptions();
        } catch (UnpublishableException e) {
            refusal = String.valueOf(e.getMessage());
            subscriptions = published == null ? subscriptionsAlone(apis) : null;
        }
        return new Wanted(service, subscriptions, published, refusal);
    }

    /** A damaged API keeps no key from being revoked. */
    private static @Nullable SortedMap<String, String> subscriptionsAlone(StoredApis apis) {
        try {
            return apis.subscriptions();
        } catch (UnpublishableException e) {
            return null; // the first reason is told; this one comes when that one is mended
        }
    }

    private ServiceInput service(Opener opener) {
        Doc doc = doc("", document);
        String id = doc.at("id").text(1000);
        String written = id.substring(id.lastIndexOf('/') + 1);
        if (!written.toLowerCase(Locale.ROOT).equals(name)) {
            throw doc.at("id").wrong("an id that ends in " + name);
        }
        Tier tier = null;
        String tierName = doc.at("tier").text(20);
        for (Tier each : Tier.values()) {
            tier = each.displayName().equals(tierName) ? each : tier;
        }
        if (tier == null) {
            throw doc.at("tier").wrong("a tier");
        }
        List<LocationInput> locations = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        List<Doc> sites = new ArrayList<>();
        sites.add(doc.at("primary"));
        sites.addAll(doc.at("additional").items(MAX_LOCATIONS));
        for (Doc site : sites) {
            LocationInput location = location(site);
            if (!seen.add(location.region())) {
                throw site.at("region").wrong("each location once");
            }
            locations.add(location);
        }
        return new ServiceInput(
                written, tier.displayName(), hopSecret(opener), locations, settings(doc), document.revision());
    }

    private static SortedMap<String, String> settings(Doc doc) {
        Doc properties = doc.at("customProperties");
        Map<String, String> texts = new TreeMap<>();
        for (String name : List.of(NodeSettings.ROUTER, NodeSettings.GATEWAY)) {
            Doc text = properties.at(name);
            if (!text.isEmptyText()) {
                texts.put(name, text.anyText(MAX_SETTINGS));
            }
        }
        try {
            return NodeSettings.sections(texts);
        } catch (IllegalArgumentException e) {
            throw properties.wrong("settings that nodes take: " + e.getMessage());
        }
    }

    private static LocationInput location(Doc site) {
        String written = site.at("region").text(80);
        Region region = RegionCatalogue.clouds().find(written);
        if (region == null) {
            throw site.at("region").wrong("a region of the catalogue");
        }
        long units = site.at("units").number(1, 1000);
        boolean off = site.at("disabled").flag(false)
                || "LEAVING".equals(site.at("stage").optionalText(20));
        return new LocationInput(region.name(), (int) units, off);
    }

    private @Nullable String hopSecret(Opener opener) {
        Doc secret = secret("", opener);
        return secret == null ? null : secret.at("hopSecret").optionalText(200);
    }

    /** What is sealed under a name below the service, or null. */
    @Nullable
    Doc secret(String place, Opener opener) {
        Entry sealed = secrets.get(place);
        if (sealed == null) {
            return null;
        }
        String path = path(place) + " (secret)";
        String open;
        try {
            open = opener.open(sealed.key(), sealed.value());
        } catch (RuntimeException e) {
            throw new UnpublishableException(path, "cannot be opened: " + e.getMessage(), "what this key sealed");
        }
        Doc doc;
        try {
            doc = Doc.read(path, open);
        } catch (UnpublishableException e) {
            throw new UnpublishableException(path, "***", "a JSON object"); // its message would show the text
        }
        return doc;
    }

    /** A document below the service. */
    Doc doc(String place, Entry entry) {
        return Doc.read(path(place), entry.value());
    }

    private String path(String place) {
        return "service/" + name + (place.isEmpty() ? "" : "/" + place);
    }

    /** The names directly below a type, in order: {@code echo} for {@code apis/echo}. */
    List<String> names(String type) {
        List<String> names = new ArrayList<>();
        for (String place : below.keySet()) {
            if (place.startsWith(type + "/") && place.indexOf('/', type.length() + 1) < 0) {
                names.add(place.substring(type.length() + 1));
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }
}
