package io.isochrone.control.publish;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is to be published.
 *
 * <p>Immutable.
 *
 * @param name as its creator wrote it
 * @param tier by its display name
 * @param hopSecret what its nodes believe one another by; null: none
 * @param locations the primary first
 * @param settings how nodes behave, by section: JSON in one line
 * @param revision of the resource that says all this
 */
public record ServiceInput(
        String name,
        String tier,
        @Nullable String hopSecret,
        List<LocationInput> locations,
        SortedMap<String, String> settings,
        long revision) {
    public ServiceInput {
        locations = List.copyOf(locations);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /** Canonical names of its locations. */
    public SortedSet<String> regions() {
        SortedSet<String> regions = new TreeSet<>();
        locations.forEach(location -> regions.add(location.region()));
        return regions;
    }

    /** Whether a region is one of its locations. */
    public boolean has(String region) {
        return locations.stream().anyMatch(location -> location.region().equals(region));
    }

    /** Prints without the secret. */
    @Override
    public String toString() {
        return "ServiceInput[name=" + name + ", tier=" + tier + ", locations=" + locations + ", revision=" + revision
                + "]";
    }
}
