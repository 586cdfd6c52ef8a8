package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.params.provider.ValueSource;

final class GeoTest {
    private static final Path FILES = Path.of("src/test/resources/geoip");
    private static final GridDatabase GRID = GridDatabase.embedded();

    private static byte[] ip(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    @Test
    void readsTheNestedSchema() throws Exception {
        MmdbDatabase database = MmdbDatabase.open(FILES.resolve("GeoIP2-City-Test.mmdb"));

        Place london = Objects.requireNonNull(database.place(ip("81.2.69.142")));

        assertThat(london.point().distanceKm(new GeoPoint(51.5, -0.1))).isLessThan(50);
        assertThat(london.source()).isEqualTo(Place.Source.GEOIP);
        assertThat(database.place(ip("10.1.2.3"))).isNull();
    }

    @Test
    void aDatabaseOfCountriesKnowsTheCountrysMiddle() throws Exception {
        Place britain = Objects.requireNonNull(
                MmdbDatabase.open(FILES.resolve("GeoLite2-Country-Test.mmdb")).place(ip("81.2.69.142")));

        assertThat(britain.source()).isEqualTo(Place.Source.COUNTRY);
        assertThat(britain.point().distanceKm(new GeoPoint(52.5, -1.5))).isLessThan(300);
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
                Place place = database.place(new byte[] {(byte) i, 2, 3, 4});
                assertThat(place == null || Math.abs(place.point().latitude()) <= 90)
                        .isTrue();
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
        "159.60.128.214, 52.4, 4.9, 150", // Amsterdam
        "184.152.112.159, 40.7, -74.0, 150", // New York
        "12.175.145.39, 40.7, -74.0, 500", // New York
        "206.237.99.32, -6.2, 106.8, 150", // Jakarta
        "190.234.175.221, -12.0, -77.0, 150", // Lima
        "116.232.142.204, 31.2, 121.5, 150" // Shanghai
    })
    void theEmbeddedTableIsGoodEnoughForCities(String address, double latitude, double longitude, int km) {
        GeoPoint found = Objects.requireNonNull(GRID.find(ip(address)));

        assertThat(found.distanceKm(new GeoPoint(latitude, longitude))).isLessThan(km);
    }

    @Test
    void knowsIpv6AndNamesItsSource() {
        assertThat(GRID.find(ip("2409:40d2:11ea:ad5a:6687:19b1:4030:b8aa"))).isNotNull();
        assertThat(GRID.find(ip("fe80::1"))).isNull();
        assertThat(GRID.description()).contains("DB-IP").contains("CC BY 4.0");
    }

    @Test
    void whatIsWrittenReadsTheSame() throws IOException {
        char amsterdam = GridCells.of(52.4, 4.9);
        RunTable v4 = new RunTable(new long[] {5, 6}, new char[] {amsterdam, GridCells.NOWHERE});
        RunTable v6 = new RunTable(new long[] {0x2001_0db8_0000L}, new char[] {GridCells.of(-90, 180)});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new GridDatabase(v4, v6, "test").write(out);

        GridDatabase read = GridDatabase.read(new ByteArrayInputStream(out.toByteArray()));

        assertThat(read.find(new byte[] {0, 0, 5, 1})).isEqualTo(new GeoPoint(52.5, 4.5));
        assertThat(read.find(new byte[] {0, 0, 6, 1})).isNull();
        assertThat(read.find(ip("2001:db8::1"))).isEqualTo(new GeoPoint(-89.5, 179.5));
        assertThat(read.find(ip("2001:db7::1"))).isNull();
    }

    @Test
    void theEmbeddedTableIsSmall() throws IOException {
        try (InputStream in = Objects.requireNonNull(GridDatabase.class.getResourceAsStream("grid.bin.gz"))) {
            assertThat(in.readAllBytes().length).isLessThanOrEqualTo(1 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "::ffff:10.1.2.3",
                "100.64.1.1",
                "127.0.0.1",
                "169.254.1.1",
                "172.16.0.1",
                "192.168.0.1",
                "::1",
                "fd00::1",
                "fe80::1"
            })
    void aPrivateAddressIsNotLookedUp(String address) {
        GeoPoint own = new GeoPoint(1, 2);
        GeoDatabase everywhere = new GeoDatabase() {
            @Override
            public Place place(byte[] any) {
                return new Place(new GeoPoint(50, 50), Place.Source.GEOIP);
            }

            @Override
            public String description() {
                return "knows everything";
            }
        };

        assertThat(new Locator(everywhere, own).find(ip(address))).isEqualTo(new Place(own, Place.Source.PRIVATE));
        assertThat(new Locator(everywhere, own).find(ip("8.8.8.8")).source()).isEqualTo(Place.Source.GEOIP);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, PRIVATE",
        "0.1.2.3, PRIVATE",
        "10.0.0.0, PRIVATE",
        "10.1.2.3, PRIVATE",
        "10.255.255.255, PRIVATE",
        "100.64.0.0, PRIVATE",
        "100.64.1.1, PRIVATE",
        "100.127.255.255, PRIVATE",
        "127.0.0.1, PRIVATE",
        "127.255.255.254, PRIVATE",
        "169.254.0.1, PRIVATE",
        "169.254.169.254, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "192.168.0.1, PRIVATE",
        "192.168.255.255, PRIVATE",
        "::1, PRIVATE",
        "fc00::1, PRIVATE",
        "fd00::1, PRIVATE",
        "fdff:ffff::1, PRIVATE",
        "fe80::1, PRIVATE",
        "febf::1, PRIVATE",
        "::ffff:10.1.2.3, PRIVATE",
        "::ffff:192.168.1.1, PRIVATE",
        "192.0.2.1, UNKNOWN",
        "198.51.100.1, UNKNOWN",
        "203.0.113.1, UNKNOWN",
        "2001:db8::1, UNKNOWN",
        "::ffff:100.64.1.1, PRIVATE",
        "::ffff:127.0.0.1, PRIVATE",
        "224.0.0.1, UNKNOWN",
        "239.255.255.255, UNKNOWN",
        "240.0.0.1, UNKNOWN",
        "255.255.255.255, UNKNOWN",
        "::, UNKNOWN",
        "ff02::1, UNKNOWN",
        "fec0::1, UNKNOWN",
        "4000::1, UNKNOWN",
        "64:ff9b::1, UNKNOWN",
        "8000::1, UNKNOWN",
        "43.176.210.8, GEOIP",
        "1.1.1.1, GEOIP",
        "9.9.9.9, GEOIP",
        "100.128.0.1, GEOIP",
        "172.15.255.255, GEOIP",
        "172.32.0.1, GEOIP",
        "192.167.0.1, GEOIP",
        "::ffff:43.176.210.8, GEOIP",
        "2409:8a1e:7074:468c:d483:33ad:5768:e5eb, GEOIP"
    })
    void anAddressOnNoMapIsWhereTheRouterIs(String address, Place.Source source) {
        GeoPoint own = new GeoPoint(1, 2);

        Place place = new Locator(GRID, own).find(ip(address));

        assertThat(place.source()).isEqualTo(source);
        assertThat(place.point().equals(own)).isEqualTo(source != Place.Source.GEOIP);
    }
}
