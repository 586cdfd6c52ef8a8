package io.isochrone.bench.peers;

import java.util.ArrayList;
import java.util.List;

/** Lists of processors as Linux writes them, such as {@code 0-2,5}. Thread-safe: no state. */
final class Cpus {
    private Cpus() {}

    /** The processors of a list, in its order. Throws IllegalArgumentException when it is none. */
    static List<Integer> parse(String list) {
        List<Integer> all = new ArrayList<>();
        for (String part : list.strip().split(",", -1)) {
            String[] ends = part.split("-", -1);
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            if (ends.length > 2 || first > last || last > 65_535) {
                throw new IllegalArgumentException("processors: \"" + list + "\" (expected: such as 0-2,5)");
            }
            for (int each = first; each <= last; each++) {
                all.add(each);
            }
        }
        return all;
    }
}
