package io.isochrone.router.geo;

import com.maxmind.db.Reader;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A MaxMind DB file held in memory. Reads the nested schema ({@code location.latitude}, {@code country.iso_code}) and the flat one
 * ({@code latitude}, {@code country_code} or {@code country} at the top; numbers may be text). Where there are no coordinates the
 * country stands in. A database of IPv4 networks only is never asked about IPv6, because it would answer with a wrong record.
 *
 * <p>Thread-safe: immutable but for the cache of answers.
 */
public final class MmdbDatabase implements GeoDatabase {
    private static final String[] CANARIES = {"1.1.1.1", "8.8.8.8", "81.2.69.142", "0.0.0.0", "255.255.255.255"};
    private static final int RANDOM_CANARIES = 256;
    private static final int CACHED = 1 << 14;
    private static final String EXPECTED = " (expected: a readable, undamaged MMDB file with cities or countries)";

    private final Reader reader;
    private final boolean ipv6;
    private final CountryPlaces countries = CountryPlaces.embedded();
    private final LookupCache cache = new LookupCache(CACHED);

    private MmdbDatabase(Reader reader) {
        this.reader = reader;
        this.ipv6 = reader.getMetadata().ipVersion() == 6;
    }

    /** Reads a file whole and tries some look-ups. */
    public static MmdbDatabase open(Path file) throws GeoDatabaseException {
        try {
            MmdbDatabase database = new MmdbDatabase(new Reader(new ByteArrayInputStream(Files.readAllBytes(file))));
            database.tryOut();
            return database;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new GeoDatabaseException(
                    "geo-database: " + file + ": " + e.getClass().getSimpleName() + ": " + e.getMessage() + EXPECTED,
                    e);
        } catch (OutOfMemoryError e) { // of one array as large as the file: what there was before is untouched
            throw new GeoDatabaseException(
                    "geo-database: " + file
                            + ": does not fit into memory (expected: a heap, -Xmx, of twice the file's size more)",
                    e);
        }
    }

    private void tryOut() throws IOException {
        for (String canary : CANARIES) {
            look(Objects.requireNonNull(IpLiteral.parse(canary)));
        }
        Random random = new Random(1);
        byte[] address = new byte[ipv6 ? 16 : 4];
        for (int i = 0; i < RANDOM_CANARIES; i++) {
            random.nextBytes(address);
            look(address);
        }
    }

    @Override
    public @Nullable Place place(byte[] address) {
        if (address.length == 16 && !ipv6) {
            return null;
        }
        LookupCache.Entry known = cache.find(address);
        if (known != null) {
            return known.place();
        }
        Place place;
        try {
            place = look(address);
        } catch (IOException | RuntimeException | StackOverflowError e) { // damage that trying out did not meet
            place = null;
        }
        cache.put(address, place);
        return place;
    }

    private @Nullable Place look(byte[] address) throws IOException {
        Map<?, ?> entry = reader.get(InetAddress.getByAddress(address), Map.class);
        if (entry == null) {
            return null;
        }
        GeoPoint point = point(entry.get("location") instanceof Map<?, ?> location ? location : entry);
        return point == null ? country(entry) : new Place(point, Place.Source.GEOIP);
    }

    private static @Nullable GeoPoint point(Map<?, ?> holder) {
        Double latitude = number(holder.get("latitude"));
        Double longitude = number(holder.get("longitude"));
        if (latitude == null || longitude == null || !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
            return null;
        }
        return new GeoPoint(latitude, longitude);
    }

    private static @Nullable Double number(@Nullable Object value) {
        if (value instanceof Number n) {
            return n.doubleValue();
        }
        try {
            return value instanceof String text ? Double.valueOf(text) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable Place country(Map<?, ?> entry) {
        Object country = entry.get("country");
        Object code = country instanceof Map<?, ?> nested
                ? nested.get("iso_code")
                : entry.get("country_code") instanceof String flat ? flat : country;
        return code instanceof String text ? countries.find(text.toUpperCase(Locale.ROOT)) : null;
    }

    /** When the database was made. */
    Instant built() {
        return reader.getMetadata().buildTime();
    }

    @Override
    public String description() {
        return reader.getMetadata().databaseType() + " of " + built();
    }
}
