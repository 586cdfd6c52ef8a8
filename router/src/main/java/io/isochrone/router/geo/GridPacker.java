package io.isochrone.router.geo;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import io.isochrone.config.model.GeoPoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the embedded tables from the city databases of DB-IP in the flat schema: {@code GridPacker IPV4.mmdb IPV6.mmdb FOLDER} writes
 * {@code grid.bin.gz} and {@code countries.tsv}. Needs a heap of 3 GiB. How the files were got is in the module's README.
 *
 * <p>A block weighs {@code blocks^p / (blocks of its country)^q}: with less than their number, or a few companies' huge blocks would
 * get all the detail; and with regard to the country, because a country with few addresses has many users behind each. A place within
 * 100 km is as good as the right one, one beyond 1,000 km as bad as any; no region's order changes by less, nor is it saved by more.
 *
 * <p>Not thread-safe; confined to its main thread.
 */
public final class GridPacker {
    private static final String ATTRIBUTION =
            "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0, reduced to a grid";
    private static final double GOOD_KM = 100;
    private static final double BAD_KM = 1000;
    private static final int MEDOID_CANDIDATES = 64;

    /**
     * How a family of addresses is reduced.
     *
     * @param bytes of an address
     * @param from the first block of the family that is looked at
     * @param to the block after the last
     * @param blockBits length of a block's prefix
     * @param keptGap so many blocks that are nowhere stay nowhere
     * @param power {@code p}
     * @param countryPower {@code q}
     * @param scale of the weights, so that a price of about 1 suits
     * @param price of a run
     */
    private record Family(
            int bytes,
            long from,
            long to,
            int blockBits,
            long keptGap,
            double power,
            double countryPower,
            double scale,
            double price) {
        static final Family V4 = new Family(4, 0, 1 << 24, 24, 16, 0.7, 0.6, 1e5, 0.45);
        static final Family V6 = new Family(16, 0x2000L << 32, 0x4000L << 32, 48, 1L << 20, 0.25, 0.5, 1e9, 0.6);
    }

    private final Family family;
    private final List<Long> starts = new ArrayList<>();
    private final StringBuilder cells = new StringBuilder();
    private final List<String> countries = new ArrayList<>();
    private final Map<Character, Long> shared = new HashMap<>();
    private final Map<String, Map<Character, Double>> byCountry;
    private long at;
    private long sharedBlock = -1;
    private String sharedCountry = "";

    private GridPacker(Family family, Map<String, Map<Character, Double>> byCountry) {
        this.family = family;
        this.byCountry = byCountry;
        this.at = family.from;
    }

    public static void main(String[] args) throws IOException, InvalidNetworkException {
        Map<String, Map<Character, Double>> byCountry = new TreeMap<>();
        RunTable v4 = new GridPacker(Family.V4, byCountry).pack(Path.of(args[0]));
        RunTable v6 = new GridPacker(Family.V6, byCountry).pack(Path.of(args[1]));
        try (OutputStream out = Files.newOutputStream(Path.of(args[2], "grid.bin.gz"))) {
            new GridDatabase(v4, v6, ATTRIBUTION).write(out);
        }
        StringBuilder lines = new StringBuilder("# " + ATTRIBUTION + ": the middle of each country's addresses\n");
        byCountry.forEach((code, weights) -> {
            GeoPoint middle = GridCells.middle(medoid(weights));
            lines.append(String.format(Locale.ROOT, "%s\t%.1f\t%.1f%n", code, middle.latitude(), middle.longitude()));
        });
        Files.writeString(Path.of(args[2], "countries.tsv"), lines);
    }

    private RunTable pack(Path file) throws IOException, InvalidNetworkException {
        try (Reader reader = new Reader(file.toFile())) {
            Networks<Map<String, Object>> networks = networks(reader);
            while (networks.hasNext()) {
                DatabaseRecord<Map<String, Object>> record = networks.next();
                Map<String, Object> data = record.data();
                byte[] address = record.network().networkAddress().getAddress();
                if (address.length == family.bytes
                        && data.get("latitude") instanceof Number latitude
                        && data.get("longitude") instanceof Number longitude) {
                    char cell = GridCells.of(latitude.doubleValue(), longitude.doubleValue());
                    network(address, record.network().prefixLength(), cell, String.valueOf(data.get("country_code")));
                }
            }
        }
        endShared();
        until(family.to);
        return simplified();
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the reader wants a raw class for maps
    private static Networks<Map<String, Object>> networks(Reader reader) throws IOException, InvalidNetworkException {
        return (Networks) reader.networks(Map.class);
    }

    /** Takes a network; they come in ascending order. A block that several share goes to the cell with most of it. */
    private void network(byte[] address, int prefix, char cell, String country) {
        long block = GridDatabase.block(address);
        if (block < family.from || block >= family.to) {
            return;
        }
        if (block != sharedBlock) {
            endShared();
        }
        if (prefix > family.blockBits) {
            sharedBlock = block;
            sharedCountry = country;
            shared.merge(cell, 1L << Math.max(0, Math.min(62, family.blockBits + 16 - prefix)), Long::sum);
        } else {
            until(block);
            add(block, block + (1L << family.blockBits - prefix), cell, country);
        }
    }

    private void endShared() {
        if (sharedBlock >= 0) {
            until(sharedBlock);
            char heaviest = shared.entrySet().stream()
                    .max(Map.Entry.<Character, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                    .orElseThrow()
                    .getKey();
            add(sharedBlock, sharedBlock + 1, heaviest, sharedCountry);
            shared.clear();
            sharedBlock = -1;
        }
    }

    private void until(long block) {
        if (block > at) {
            add(at, block, GridCells.NOWHERE, "");
        }
    }

    private void add(long from, long to, char cell, String country) {
        int last = starts.size() - 1;
        if (last < 0 || cells.charAt(last) != cell || !countries.get(last).equals(country)) {
            starts.add(from);
            cells.append(cell);
            countries.add(country);
        }
        at = to;
    }

    private RunTable simplified() {
        int count = starts.size();
        long[] from = starts.stream().mapToLong(Long::longValue).toArray();
        Map<String, Double> sizes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            sizes.merge(countries.get(i), (double) blocks(i), Double::sum);
        }
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            String country = countries.get(i);
            double weight = Math.pow((double) blocks(i), family.power);
            if (!country.isEmpty()) {
                weight *= Math.pow(family.scale / sizes.getOrDefault(country, 1.0), family.countryPower);
                if (country.matches("[A-Z]{2}")) {
                    byCountry
                            .computeIfAbsent(country, c -> new HashMap<>())
                            .merge(cells.charAt(i), weight, Double::sum);
                }
            }
            boolean kept = country.isEmpty() && blocks(i) >= family.keptGap;
            weights[i] = kept ? Float.MAX_VALUE : (float) weight;
        }
        RunTable exact = new RunTable(from, cells.toString().toCharArray());
        return new RunSimplifier(GridPacker::loss).simplify(exact, weights, family.price);
    }

    private long blocks(int run) {
        return (run + 1 < starts.size() ? starts.get(run + 1) : family.to) - starts.get(run);
    }

    private static char medoid(Map<Character, Double> weights) {
        return weights.entrySet().stream()
                .sorted(Map.Entry.<Character, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MEDOID_CANDIDATES)
                .map(Map.Entry::getKey)
                .min((a, b) -> Double.compare(losses(a, weights), losses(b, weights)))
                .orElseThrow();
    }

    private static double losses(char said, Map<Character, Double> weights) {
        double sum = 0;
        for (Map.Entry<Character, Double> entry : weights.entrySet()) {
            sum += loss(said, entry.getKey()) * entry.getValue();
        }
        return sum;
    }

    private static double loss(char said, char exact) {
        if (said == exact) {
            return 0;
        }
        if (said == GridCells.NOWHERE || exact == GridCells.NOWHERE) {
            return 1;
        }
        double km = GridCells.middle(said).distanceKm(GridCells.middle(exact));
        return Math.max(0, Math.min(1, (km - GOOD_KM) / (BAD_KM - GOOD_KM)));
    }
}
