package io.isochrone.router.geo;

import com.maxmind.db.Reader;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A MaxMind DB file held in memory. Reads both the nested schema ({@code location.latitude}) and the flat one ({@code latitude} at the
 * top, as numbers or text). A database of IPv4 networks only is never asked about IPv6, because it would answer with a wrong record.
 *
 * <p>Thread-safe: immutable.
 */
public final class MmdbDatabase implements GeoDatabase {
    private static final String[] CANARIES = {"1.1.1.1", "8.8.8.8", "81.2.69.142", "0.0.0.0", "255.255.255.255"};

    private final Reader reader;
    private final boolean ipv6;
    private final String description;

    private MmdbDatabase(Reader reader, String description) {
        this.reader = reader;
        this.ipv6 = reader.getMetadata().ipVersion() == 6;
        this.description = description;
    }

    /** Reads a file whole and tries some look-ups. */
    public static MmdbDatabase open(Path file) throws GeoDatabaseException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            Reader reader = new Reader(new ByteArrayInputStream(bytes));
            MmdbDatabase database = new MmdbDatabase(
                    reader,
                    reader.getMetadata().databaseType() + " of "
                            + reader.getMetadata().buildTime());
            for (String canary : CANARIES) {
                database.reader.get(
                        InetAddress.getByAddress(Objects.requireNonNull(IpLiteral.parse(canary))), Map.class);
            }
            return database;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new GeoDatabaseException(
                    "geo-database: " + file + ": " + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + " (expected: a readable, undamaged MMDB file with cities)",
                    e);
        }
    }

    @Override
    public @Nullable GeoPoint find(byte[] address) {
        if (address.length == 16 && !ipv6) {
            return null;
        }
        try {
            Map<?, ?> entry = reader.get(InetAddress.getByAddress(address), Map.class);
            return entry == null ? null : point(entry);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return null;
        }
    }

    private static @Nullable GeoPoint point(Map<?, ?> entry) {
        Map<?, ?> holder = entry.get("location") instanceof Map<?, ?> location ? location : entry;
        Double latitude = number(holder.get("latitude"));
        Double longitude = number(holder.get("longitude"));
        if (latitude == null || longitude == null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
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

    @Override
    public String description() {
        return description;
    }
}
