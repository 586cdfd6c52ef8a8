package io.isochrone.gateway.door;

import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.gateway.auth.Subscriptions;
import io.isochrone.gateway.backend.BackendSet;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.runtime.EngineSettings;
import java.util.Map;

/** Everything a gateway decides by, built at once and swapped at once. Immutable. */
public record GatewaySnapshot(
        GatewaySettings settings,
        EngineSettings engine,
        ApiMatcher apis,
        Map<String, BackendSet> backends,
        NotProcessedMark mark,
        boolean disabled,
        Subscriptions subscriptions) {
    public GatewaySnapshot {
        backends = Map.copyOf(backends);
    }
}
