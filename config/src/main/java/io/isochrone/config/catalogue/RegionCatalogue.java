package io.isochrone.config.catalogue;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Region;
import io.isochrone.config.problem.Suggestion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Regions by name. Each is found by its short name ({@code westeurope}) and by its display name ({@code West Europe}), without
 * regard to case and blanks.
 *
 * <p>Immutable.
 */
public final class RegionCatalogue {
    private static final RegionCatalogue CLOUDS = load();

    private final Map<String, Region> byKey;

    private RegionCatalogue(Map<String, Region> byKey) {
        this.byKey = byKey;
    }

    /** The regions of Azure, AWS and Google Cloud, each under its cloud's own name. */
    public static RegionCatalogue clouds() {
        return CLOUDS;
    }

    /** This catalogue and further regions, which win where a name is in both. */
    public RegionCatalogue with(Collection<Region> further) {
        Map<String, Region> both = new LinkedHashMap<>(byKey);
        further.forEach(region -> put(both, region));
        return new RegionCatalogue(both);
    }

    /** Returns the region called {@code name} (short or display name, any case, blanks do not count), or null. */
    public @Nullable Region find(String name) {
        return byKey.get(key(name));
    }

    /** Returns the short or display name closest to an unknown one, or null when none is close. */
    public @Nullable String suggest(String unknown) {
        List<String> names = new ArrayList<>();
        for (Region region : regions()) {
            names.add(region.name());
            names.add(region.displayName());
        }
        return Suggestion.nearest(unknown, names);
    }

    /** All regions, each once, in the order of the catalogue. */
    public List<Region> regions() {
        return byKey.values().stream().distinct().toList();
    }

    private static void put(Map<String, Region> byKey, Region region) {
        byKey.put(key(region.name()), region);
        byKey.put(key(region.displayName()), region);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace(" ", "");
    }

    private static RegionCatalogue load() {
        Map<String, Region> byKey = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                        RegionCatalogue.class.getResourceAsStream("regions.tsv"), "regions.tsv");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] f = line.split("\t", -1);
                    GeoPoint point = new GeoPoint(Double.parseDouble(f[3]), Double.parseDouble(f[4]));
                    put(byKey, new Region(f[1], f[2], point));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RegionCatalogue(byKey);
    }
}
