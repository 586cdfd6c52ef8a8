package io.isochrone.control.publish;

import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Resources as the management side stores them. Not thread-safe. */
public final class Stored {
    /** Of the service {@code contoso}. */
    public static final String ID =
            "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.ApiManagement/service/Contoso";

    /** What is sealed is kept plain. */
    public static final StoredResources.Opener OPEN = (key, box) -> box;

    /** Values by key. */
    public final Map<String, String> values = new TreeMap<>();

    private long revision = 1;

    /** A service's document; each location is {@code region}, {@code region!} when switched off, {@code region-} when leaving. */
    public static String service(String... locations) {
        List<String> sites = new ArrayList<>();
        for (String each : locations) {
            String region = each.replaceAll("[!-]$", "");
            sites.add("{\"region\":\"" + region + "\",\"units\":1,\"disabled\":" + each.endsWith("!") + ",\"stage\":\""
                    + (each.endsWith("-") ? "LEAVING" : "SERVING") + "\",\"zones\":[]}");
        }
        return "{\"id\":\"" + ID
                + "\",\"tier\":\"Premium\",\"state\":\"Succeeded\",\"created\":\"2026-01-31T12:00:00Z\",\"primary\":"
                + sites.get(0) + ",\"additional\":" + sites.subList(1, sites.size())
                + ",\"publisherEmail\":\"a@b.c\",\"publisherName\":\"A\",\"tags\":{},\"customProperties\":{},\"further\":{}}";
    }

    /** An API's document. */
    public static String api(String name, String path, String url) {
        return entity(
                "apis",
                name,
                "{\"displayName\":\"" + name + "\",\"path\":\"" + path
                        + "\",\"protocols\":[\"https\"],\"serviceUrl\":\"" + url
                        + "\",\"subscriptionRequired\":false,\"isCurrent\":true,\"type\":\"http\"}");
    }

    /** An entity's document. */
    public static String entity(String type, String name, String properties) {
        return "{\"id\":\"" + ID + "/" + type + "/" + name + "\",\"name\":\"" + name
                + "\",\"type\":\"Microsoft.ApiManagement/service/" + type + "\",\"properties\":" + properties + "}";
    }

    /** The key of a service's own document. */
    public static String serviceKey() {
        return Keys.resource(ID);
    }

    /** The key of what is below the service. */
    public static String key(String place) {
        return Keys.resource(ID + "/" + place.toLowerCase(Locale.ROOT));
    }

    /** Sets the service. */
    public Stored with(String service) {
        values.put(serviceKey(), service);
        revision++;
        return this;
    }

    /** Sets something below the service. */
    public Stored with(String place, String document) {
        values.put(key(place), document);
        return this;
    }

    /** Sets something sealed. */
    public Stored secret(String place, String text) {
        values.put(Keys.secret(place.isEmpty() ? ID : ID + "/" + place), text);
        return this;
    }

    /** What is read of it. */
    public StoredResources read() {
        List<Entry> resources = new ArrayList<>();
        List<Entry> secrets = new ArrayList<>();
        values.forEach((key, value) -> (key.startsWith(Keys.SECRETS) ? secrets : resources)
                .add(new Entry(key, value, key.equals(serviceKey()) ? revision : 1)));
        return StoredResources.all(resources, secrets).get("contoso");
    }

    /** What is wanted by it. */
    public Wanted wanted() {
        return read().wanted(OPEN);
    }
}
