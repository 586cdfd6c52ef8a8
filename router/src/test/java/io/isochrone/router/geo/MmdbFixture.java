package io.isochrone.router.geo;

import io.isochrone.config.model.Cidr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small MMDB files (MaxMind DB format 2.0): a tree of 24-bit records, a data section of maps, strings and doubles, metadata. Not
 * thread-safe; confined to its test.
 */
public final class MmdbFixture {
    private static final byte[] MARKER = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

    private final int ipVersion;
    private final long builtEpochSeconds;
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[2]));
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    public MmdbFixture(int ipVersion, long builtEpochSeconds) {
        this.ipVersion = ipVersion;
        this.builtEpochSeconds = builtEpochSeconds;
    }

    /** Coordinates at the top, as numbers. */
    public static Map<String, Object> flat(double latitude, double longitude) {
        return Map.of("latitude", latitude, "longitude", longitude);
    }

    /** Adds a network of the database's own IP version: address bytes and prefix length. */
    MmdbFixture with(byte[] address, int prefix, Map<String, Object> entry) {
        int offset = data.size();
        value(data, entry);
        int node = 0;
        for (int bit = 0; bit < prefix; bit++) {
            int side = address[bit / 8] >> (7 - bit % 8) & 1;
            if (bit == prefix - 1) {
                nodes.get(node)[side] = -1 - offset;
            } else {
                if (nodes.get(node)[side] == 0) {
                    nodes.add(new int[2]);
                    nodes.get(node)[side] = nodes.size() - 1;
                }
                node = nodes.get(node)[side];
            }
        }
        return this;
    }

    /** Adds an IPv4 network such as 1.2.0.0/16 to a database of IPv4. */
    public MmdbFixture with(String network, Map<String, Object> entry) {
        Cidr.parse(network);
        String[] parts = network.split("[./]");
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return with(address, Integer.parseInt(parts[4]), entry);
    }

    public Path write(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = nodes.size();
        for (int[] node : nodes) {
            for (int record : node) {
                int value = record == 0 ? count : record > 0 ? record : count + 16 + (-1 - record);
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.write(new byte[16]);
        data.writeTo(out);
        out.write(MARKER);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", builtEpochSeconds);
        metadata.put("database_type", "Test-City");
        metadata.put("description", Map.of("en", "test"));
        metadata.put("ip_version", ipVersion);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", (long) count);
        metadata.put("record_size", 24);
        value(out, metadata);
        return Files.write(file, out.toByteArray());
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        if (value instanceof Map<?, ?> map) {
            out.write(7 << 5 | map.size());
            map.forEach((key, each) -> {
                value(out, key);
                value(out, each);
            });
        } else if (value instanceof List<?> list) {
            out.write(list.size());
            out.write(11 - 7);
            list.forEach(each -> value(out, each));
        } else if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write(2 << 5 | (bytes.length < 29 ? bytes.length : 29));
            if (bytes.length >= 29) {
                out.write(bytes.length - 29);
            }
            out.writeBytes(bytes);
        } else if (value instanceof Double number) {
            out.write(3 << 5 | 8);
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else if (value instanceof Integer number) {
            out.write(5 << 5 | 2);
            out.writeBytes(ByteBuffer.allocate(2).putShort(number.shortValue()).array());
        } else if (value instanceof Long number && number < 1_000_000) {
            out.write(6 << 5 | 4);
            out.writeBytes(ByteBuffer.allocate(4).putInt(number.intValue()).array());
        } else if (value instanceof Long number) {
            out.write(8);
            out.write(9 - 7);
            out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
        } else {
            throw new IllegalArgumentException("value: " + value);
        }
    }
}
