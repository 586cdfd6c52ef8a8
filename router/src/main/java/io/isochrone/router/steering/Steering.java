package io.isochrone.router.steering;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.router.latency.DistanceModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Orders regions for a client by cost: what the distance costs plus what the region is measured slower than that. Regions that may
 * not be used come after all that may, with the reason; equal costs go by name, so that every router decides alike.
 *
 * <p>Thread-safe: no state.
 */
public final class Steering {
    private Steering() {}

    /** All candidates in the order for a client at {@code client}. */
    public static List<Choice> order(GeoPoint client, List<Candidate> candidates) {
        List<Choice> choices = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            Candidate c = candidates.get(i);
            double km = client.distanceKm(c.point());
            String skipped = c.disabled() ? "disabled by the operator" : c.usable() ? null : "no usable node";
            insert(
                    choices,
                    new Choice(i, c.name(), km, DistanceModel.roundTripMillis(km), c.inflationMillis(), skipped));
        }
        return choices;
    }

    /** Regions are few and this is done for every request: insertion beats a general sort. */
    private static void insert(List<Choice> sorted, Choice added) {
        int at = sorted.size();
        while (at > 0 && isBetter(added, sorted.get(at - 1))) {
            at--;
        }
        sorted.add(at, added);
    }

    private static boolean isBetter(Choice a, Choice b) {
        if ((a.skipped() == null) != (b.skipped() == null)) {
            return a.skipped() == null;
        }
        int byCost = Double.compare(a.costMillis(), b.costMillis());
        return byCost < 0 || byCost == 0 && a.name().compareTo(b.name()) < 0;
    }
}
