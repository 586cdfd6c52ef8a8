package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a country's addresses are in the middle, for databases that know no more than the country. Made by {@link GridPacker}.
 *
 * <p>Immutable.
 */
final class CountryPlaces {
    private final Map<String, Place> byCode;

    private CountryPlaces(Map<String, Place> byCode) {
        this.byCode = Map.copyOf(byCode);
    }

    /** The places that are shipped: lines of code, latitude, longitude, parted by tabs; those that begin with # are comments. */
    static CountryPlaces embedded() {
        try (InputStream in =
                Objects.requireNonNull(CountryPlaces.class.getResourceAsStream("countries.tsv"), "countries.tsv")) {
            Map<String, Place> byCode = new HashMap<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split("\t");
                    GeoPoint point = new GeoPoint(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
                    byCode.put(parts[0], new Place(point, Place.Source.COUNTRY));
                }
            }
            return new CountryPlaces(byCode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The place of an ISO 3166 code of two capital letters, or null. */
    @Nullable
    Place find(String code) {
        return byCode.get(code);
    }
}
