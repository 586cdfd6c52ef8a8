package io.isochrone.bench.peers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a side-by-side showed.
 *
 * <p>Immutable.
 *
 * @param machine what it ran on, by name, in the order in which it is shown
 */
public record PeersResult(PeersPlan plan, List<ScenarioResult> scenarios, Map<String, String> machine) {
    public PeersResult {
        scenarios = List.copyOf(scenarios);
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    }
}
