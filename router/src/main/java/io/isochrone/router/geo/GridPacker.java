package io.isochrone.router.geo;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the embedded table from city databases of DB-IP: {@code GridPacker IPV4.mmdb IPV6.mmdb OUT.gz}. The cell with the most
 * addresses of a block stands for the block.
 *
 * <p>Not thread-safe; confined to its main thread.
 */
public final class GridPacker {
    private static final String ATTRIBUTION =
            "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0, reduced to a grid";

    private final char[] cells = new char[GridDatabase.BLOCKS];
    private final Map<Integer, Map<Character, Long>> split = new HashMap<>();
    private final TreeMap<Integer, Map<Character, Long>> v6 = new TreeMap<>(Integer::compareUnsigned);

    private GridPacker() {}

    public static void main(String[] args) throws IOException, InvalidNetworkException {
        GridPacker packer = new GridPacker();
        packer.take(Path.of(args[0]));
        packer.take(Path.of(args[1]));
        try (OutputStream out = Files.newOutputStream(Path.of(args[2]))) {
            packer.table().write(out);
        }
    }

    private void take(Path file) throws IOException, InvalidNetworkException {
        try (Reader reader = new Reader(file.toFile())) {
            Networks<Map<String, Object>> networks = networks(reader);
            while (networks.hasNext()) {
                DatabaseRecord<Map<String, Object>> record = networks.next();
                Map<String, Object> data = record.data();
                if (data.get("latitude") instanceof Number latitude
                        && data.get("longitude") instanceof Number longitude) {
                    char cell = GridDatabase.cell(latitude.doubleValue(), longitude.doubleValue());
                    byte[] address = record.network().networkAddress().getAddress();
                    boolean four = record.network().networkAddress() instanceof Inet4Address;
                    add(address, four, record.network().prefixLength(), cell);
                }
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the reader wants a raw class for maps
    private static Networks<Map<String, Object>> networks(Reader reader) throws IOException, InvalidNetworkException {
        return (Networks) reader.networks(Map.class);
    }

    private void add(byte[] a, boolean four, int prefix, char cell) {
        int top = (a[0] & 0xff) << 24 | (a[1] & 0xff) << 16 | (a[2] & 0xff) << 8 | a[3] & 0xff;
        if (!four) {
            if (prefix >= 32) {
                weigh(
                        v6.computeIfAbsent(top, k -> new HashMap<>()),
                        cell,
                        1L << Math.min(32, 64 - Math.min(64, prefix)));
            } else if (prefix >= 20) {
                for (int i = 0; i < 1 << (32 - prefix); i++) {
                    weigh(v6.computeIfAbsent(top + i, k -> new HashMap<>()), cell, 1L << 32);
                }
            }
            return;
        }
        if (prefix <= 20) {
            int from = top >>> 12;
            Arrays.fill(cells, from, from + (1 << (20 - prefix)), cell);
        } else {
            weigh(split.computeIfAbsent(top >>> 12, k -> new HashMap<>()), cell, 1L << (32 - prefix));
        }
    }

    private static void weigh(Map<Character, Long> weights, char cell, long addresses) {
        weights.merge(cell, addresses, Long::sum);
    }

    private static char heaviest(Map<Character, Long> weights) {
        return weights.entrySet().stream()
                .max(Map.Entry.<Character, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }

    private GridDatabase table() {
        split.forEach((block, weights) -> cells[block] = heaviest(weights));
        int[] keys = new int[v6.size()];
        char[] v6Cells = new char[v6.size()];
        int i = 0;
        for (Map.Entry<Integer, Map<Character, Long>> entry : v6.entrySet()) {
            keys[i] = entry.getKey();
            v6Cells[i++] = heaviest(entry.getValue());
        }
        return new GridDatabase(cells, keys, v6Cells, ATTRIBUTION);
    }
}
