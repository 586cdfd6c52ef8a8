package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places spread over the inhabited earth, to show on a map which region serves where: of each square of {@value #DEGREES} degrees that has
 * addresses by the embedded table, the cell with most of them; of all squares the {@value #MOST} with most.
 *
 * <p>Thread-safe: no state.
 */
public final class InhabitedPlaces {
    static final int MOST = 400;
    static final int DEGREES = 5;

    private InhabitedPlaces() {}

    /** Made when first asked for. Immutable. */
    private static final class Embedded {
        static final List<GeoPoint> PLACES = of(GridDatabase.embedded().blocksByCell());
    }

    /** The places, those with most addresses first. The first call takes some milliseconds; not for event loops. */
    public static List<GeoPoint> all() {
        return Embedded.PLACES;
    }

    /** @param blocks how many blocks of addresses each cell has */
    static List<GeoPoint> of(long[] blocks) {
        Map<Integer, Character> best = new HashMap<>();
        Map<Integer, Long> sums = new HashMap<>();
        for (char cell = 1; cell < blocks.length; cell++) {
            if (blocks[cell] > 0) {
                int square = (cell - 1) / 360 / DEGREES * 360 + (cell - 1) % 360 / DEGREES;
                sums.merge(square, blocks[cell], Long::sum);
                char one = cell;
                best.merge(square, cell, (a, b) -> blocks[a] >= blocks[one] ? a : b);
            }
        }
        List<Integer> squares = new ArrayList<>(sums.keySet());
        squares.sort(Comparator.comparing((Integer square) -> sums.getOrDefault(square, 0L))
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        return squares.stream()
                .limit(MOST)
                .map(square -> GridCells.middle(best.getOrDefault(square, GridCells.NOWHERE)))
                .toList();
    }
}
