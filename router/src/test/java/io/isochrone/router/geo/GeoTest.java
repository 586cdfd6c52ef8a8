package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GeoTest {
    private static final Path FILES = Path.of("src/test/resources/geoip");
    private static final GridDatabase GRID = GridDatabase.embedded();

    private static byte[] ip(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    @Test
    void readsTheNestedSchema() throws Exception {
        MmdbDatabase database = MmdbDatabase.open(FILES.resolve("GeoIP2-City-Test.mmdb"));

        GeoPoint london = Objects.requireNonNull(database.find(ip("81.2.69.142")));

        assertThat(london.distanceKm(new GeoPoint(51.5, -0.1))).isLessThan(50);
        assertThat(database.find(ip("10.1.2.3"))).isNull();
    }

    @Test
    void aDatabaseWithoutCoordinatesKnowsNoPlace() throws Exception {
        assertThat(MmdbDatabase.open(FILES.resolve("GeoLite2-Country-Test.mmdb"))
                        .find(ip("81.2.69.142")))
                .isNull();
    }

    static List<Path> broken() throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve("bad"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenFileIsRefusedOrAnswersNothingWrong(Path file) {
        try {
            MmdbDatabase database = MmdbDatabase.open(file);
            for (int i = 0; i < 256; i++) {
                GeoPoint point = database.find(new byte[] {(byte) i, 2, 3, 4});
                assertThat(point == null || Math.abs(point.latitude()) <= 90).isTrue();
            }
        } catch (GeoDatabaseException e) {
            assertThat(e).hasMessageContaining(file.getFileName().toString()).hasMessageContaining("(expected: ");
        }
    }

    @Test
    void aTruncatedOrEmptyFileIsRefusedWithItsName(@TempDir Path folder) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve("GeoIP2-City-Test.mmdb"));
        for (int length : new int[] {0, 1, 100, whole.length / 2}) {
            Path file = Files.write(folder.resolve("cut.mmdb"), java.util.Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> MmdbDatabase.open(file))
                    .isInstanceOf(GeoDatabaseException.class)
                    .hasMessageContaining("geo-database: " + file);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "159.60.128.214, 52.4, 4.9", // Amsterdam
        "206.237.99.32, -6.2, 106.8", // Jakarta
        "190.234.175.221, -12.0, -77.0", // Lima
        "116.232.142.204, 31.2, 121.5" // Shanghai
    })
    void theEmbeddedTableIsGoodEnoughForCities(String address, double latitude, double longitude) {
        GeoPoint found = Objects.requireNonNull(GRID.find(ip(address)));

        assertThat(found.distanceKm(new GeoPoint(latitude, longitude))).isLessThan(150);
    }

    @Test
    void knowsIpv6AndNamesItsSource() {
        assertThat(GRID.find(ip("2409:40d2:11ea:ad5a:6687:19b1:4030:b8aa"))).isNotNull();
        assertThat(GRID.find(ip("fe80::1"))).isNull();
        assertThat(GRID.description()).contains("DB-IP").contains("CC BY 4.0");
    }

    @Test
    void whatIsWrittenReadsTheSame() throws IOException {
        char[] v4 = new char[GridDatabase.BLOCKS];
        v4[5] = GridDatabase.cell(52.4, 4.9);
        GridDatabase small =
                new GridDatabase(v4, new int[] {1, -5}, new char[] {7, GridDatabase.cell(-90, 180)}, "test");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        small.write(out);

        GridDatabase read = GridDatabase.read(new ByteArrayInputStream(out.toByteArray()));

        assertThat(read.find(new byte[] {0, 0, 0x50, 1})).isEqualTo(new GeoPoint(52.5, 4.5));
        assertThat(read.find(new byte[] {0, 0, 0x60, 1})).isNull();
        assertThat(read.find(ip("ffff:fffb::"))).isEqualTo(new GeoPoint(-89.5, 179.5));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, PRIVATE",
        "100.64.1.1, PRIVATE",
        "fd00::1, PRIVATE",
        "240.0.0.1, UNKNOWN",
        "43.176.210.8, GEOIP"
    })
    void anAddressOnNoMapIsWhereTheRouterIs(String address, Place.Source source) {
        GeoPoint own = new GeoPoint(1, 2);

        Place place = new Locator(GRID, own).find(ip(address));

        assertThat(place.source()).isEqualTo(source);
        assertThat(place.point().equals(own)).isEqualTo(source != Place.Source.GEOIP);
    }
}
