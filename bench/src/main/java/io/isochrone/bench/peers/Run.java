package io.isochrone.bench.peers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of one peer.
 *
 * <p>Immutable.
 *
 * @param values by {@link Measure#name}
 * @param details further figures by name, in the order in which they are shown
 * @param thrown why the run does not count, or null
 */
public record Run(
        Map<String, Double> values,
        Map<String, Double> details,
        @Nullable String thrown) {
    public Run {
        values = Map.copyOf(values);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** Whether it counts. */
    public boolean counts() {
        return thrown == null;
    }
}
