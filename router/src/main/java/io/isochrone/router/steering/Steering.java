package io.isochrone.router.steering;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.router.latency.DistanceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Orders regions for a client by cost: what the distance costs plus what the region is measured slower than that. Regions that may
 * not be used come after all that may, with the reason; equal costs go by name, so that every router decides alike.
 *
 * <p>Thread-safe: no state.
 */
public final class Steering {
    private static final Comparator<Choice> BEST_FIRST = Comparator.comparing((Choice c) -> c.skipped() != null)
            .thenComparingDouble(Choice::costMillis)
            .thenComparing(Choice::name);

    private Steering() {}

    /** All candidates in the order for a client at {@code client}. */
    public static List<Choice> order(GeoPoint client, List<Candidate> candidates) {
        List<Choice> choices = new ArrayList<>(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            Candidate c = candidates.get(i);
            double km = client.distanceKm(c.point());
            String skipped = c.disabled() ? "disabled by the operator" : c.usable() ? null : "no usable node";
            choices.add(new Choice(i, c.name(), km, DistanceModel.roundTripMillis(km), c.inflationMillis(), skipped));
        }
        choices.sort(BEST_FIRST);
        return choices;
    }
}
