package io.isochrone.bench.world;

import io.isochrone.config.model.Region;
import io.isochrone.config.problem.Suggestion;
import java.util.ArrayList;
import java.util.List;

/** Finds the world's regions by what people type. Thread-safe: no state. */
public final class WorldNames {
    private WorldNames() {}

    /**
     * The region called {@code written}: short or display name, any case, blanks do not count. Throws IllegalArgumentException that
     * names the nearest match and all regions.
     */
    public static Region find(String written) {
        String wanted = key(written);
        List<String> names = new ArrayList<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            Region region = place.region();
            if (key(region.name()).equals(wanted) || key(region.displayName()).equals(wanted)) {
                return region;
            }
            names.add(region.name());
        }
        String meant = Suggestion.nearest(wanted, names);
        throw new IllegalArgumentException("region: \"" + written + "\" (expected: one of " + String.join(", ", names)
                + (meant == null ? "" : "; did you mean \"" + meant + "\"?") + ")");
    }

    private static String key(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replace(" ", "").replace("-", "");
    }

    /** The name of a region's nodes for the world's DNS server. */
    static String dns(String region) {
        return region + ".world";
    }
}
