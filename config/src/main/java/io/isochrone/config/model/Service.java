package io.isochrone.config.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployed service.
 *
 * <p>Immutable.
 *
 * @param name letters, digits and hyphens, starting with a letter, at most 50, not ending in a hyphen
 * @param tier what it may have
 * @param primary the primary location
 * @param additional the other locations, without the primary
 * @param hopSecret shared by the service's own routers and gateways to authenticate what they tell one another; null: nothing
 *     is believed
 */
public record Service(
        String name,
        Tier tier,
        Location primary,
        List<Location> additional,
        @Nullable String hopSecret) {
    public Service {
        additional = List.copyOf(additional);
    }

    /** The primary location, then the others in the order of the file. */
    public List<Location> locations() {
        List<Location> all = new ArrayList<>(additional.size() + 1);
        all.add(primary);
        all.addAll(additional);
        return List.copyOf(all);
    }

    /** Prints without the secret. */
    @Override
    public String toString() {
        return "Service[name=" + name + ", tier=" + tier + ", primary=" + primary + ", additional=" + additional
                + ", hopSecret=" + (hopSecret == null ? "null" : "***") + "]";
    }
}
