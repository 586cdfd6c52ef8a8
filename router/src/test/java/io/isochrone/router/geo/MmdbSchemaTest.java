package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shape that an entry may have, and what becomes of it. */
final class MmdbSchemaTest {
    private static final long BUILT = 1_700_000_000L;
    private static final GeoPoint OSLO = new GeoPoint(59.9, 10.7);

    private static byte[] ip(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    static Stream<Arguments> entries() {
        Place known = new Place(OSLO, Place.Source.GEOIP);
        Map<String, Object> inside = Map.of("latitude", 59.9, "longitude", 10.7);
        return Stream.of(
                Arguments.of("flat", MmdbFixture.flat(59.9, 10.7), known),
                Arguments.of("flat as text", Map.of("latitude", "59.9", "longitude", "10.7"), known),
                Arguments.of("nested", Map.of("location", inside, "country", Map.of("iso_code", "SE")), known),
                Arguments.of("text that is no number", Map.of("latitude", "north", "longitude", "10.7"), null),
                Arguments.of("out of range", Map.of("latitude", 159.9, "longitude", 10.7), null),
                Arguments.of("not a number", Map.of("latitude", Double.NaN, "longitude", 10.7), null),
                Arguments.of("only half", Map.of("latitude", 59.9), null),
                Arguments.of("unknown country", Map.of("country_code", "ZZ"), null),
                Arguments.of("a country's name", Map.of("country", "Norway"), null),
                Arguments.of("nothing of use", Map.of("asn", "AS1"), null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void readsAnEntry(String name, Map<String, Object> entry, Place expected, @TempDir Path folder) throws Exception {
        Path file = new MmdbFixture(4, BUILT).with("9.0.0.0/8", entry).write(folder.resolve("a.mmdb"));

        assertThat(MmdbDatabase.open(file).place(ip("9.1.2.3"))).isEqualTo(expected);
    }

    static Stream<Map<String, Object>> countries() {
        return Stream.of(
                Map.of("country", Map.of("iso_code", "NO")),
                Map.of("country_code", "NO"),
                Map.of("country_code", "no"),
                Map.of("country", "NO"),
                Map.of("country_code", "NO", "latitude", "", "longitude", ""));
    }

    @ParameterizedTest
    @MethodSource("countries")
    void aCountryStandsInForCoordinates(Map<String, Object> entry, @TempDir Path folder) throws Exception {
        Path file = new MmdbFixture(4, BUILT).with("9.0.0.0/8", entry).write(folder.resolve("a.mmdb"));

        Place place = Objects.requireNonNull(MmdbDatabase.open(file).place(ip("9.1.2.3")));

        assertThat(place.source()).isEqualTo(Place.Source.COUNTRY);
        assertThat(place.point().distanceKm(OSLO)).isLessThan(500);
    }

    @Test
    void anIpv4DatabaseIsNotAskedAboutIpv6(@TempDir Path folder) throws Exception {
        Path file = new MmdbFixture(4, BUILT)
                .with("32.0.0.0/8", MmdbFixture.flat(59.9, 10.7))
                .write(folder.resolve("a.mmdb"));
        MmdbDatabase database = MmdbDatabase.open(file);

        assertThat(database.place(ip("32.1.2.3"))).isNotNull();
        assertThat(database.place(ip("2001:db8::1"))).isNull();
    }

    @Test
    void anIpv6DatabaseKnowsBoth(@TempDir Path folder) throws Exception {
        byte[] mapped = new byte[16];
        mapped[12] = 9;
        Path file = new MmdbFixture(6, BUILT)
                .with(ip("2001:db8::"), 32, MmdbFixture.flat(1, 2))
                .with(mapped, 104, MmdbFixture.flat(3, 4))
                .write(folder.resolve("a.mmdb"));
        MmdbDatabase database = MmdbDatabase.open(file);

        assertThat(database.place(ip("2001:db8::7"))).isEqualTo(new Place(new GeoPoint(1, 2), Place.Source.GEOIP));
        assertThat(database.place(ip("9.1.1.1"))).isEqualTo(new Place(new GeoPoint(3, 4), Place.Source.GEOIP));
        assertThat(database.place(ip("2001:db9::7"))).isNull();
    }
}
