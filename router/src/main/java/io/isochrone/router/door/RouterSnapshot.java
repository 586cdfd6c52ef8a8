package io.isochrone.router.door;

import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.resilience.RefusalRule;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.router.geo.Locator;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.steering.Candidate;
import java.util.ArrayList;
import java.util.List;

/** Everything a router decides by, built at once and swapped at once; regions carry their own moving state. Immutable. */
public record RouterSnapshot(
        RouterSettings settings,
        EngineSettings engine,
        List<RegionState> regions,
        ApiMatcher apis,
        Locator locator,
        NotProcessedMark mark,
        RefusalRule refusals) {
    public RouterSnapshot {
        regions = List.copyOf(regions);
    }

    /** The same with another geo database. */
    public RouterSnapshot with(Locator another) {
        return new RouterSnapshot(settings, engine, regions, apis, another, mark, refusals);
    }

    /** Whether no region that may serve has a usable node: the router then rather doubts its own view than gives up. */
    public boolean isFailingStatic(long nowNanos) {
        for (RegionState region : regions) {
            if (!region.location().gatewayDisabled() && region.isAlive(nowNanos)) {
                return false;
            }
        }
        return true;
    }

    /** The nodes of all regions that may serve. */
    public List<Endpoint> nodes() {
        List<Endpoint> nodes = new ArrayList<>();
        for (RegionState region : regions) {
            if (!region.location().gatewayDisabled()) {
                nodes.addAll(region.nodes());
            }
        }
        return nodes;
    }

    /** The regions as steering sees them now. */
    public List<Candidate> candidates(long nowNanos) {
        List<Candidate> candidates = new ArrayList<>(regions.size());
        for (RegionState region : regions) {
            candidates.add(region.candidate(nowNanos));
        }
        return candidates;
    }
}
