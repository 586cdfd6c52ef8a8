package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.util.List;

/**
 * What a region of the running world looks like.
 *
 * <p>Immutable.
 *
 * @param region which
 * @param primary whether it is the service's primary location
 * @param online whether its gateway nodes run
 * @param fault what is wrong with it: a name of {@link io.isochrone.bench.fault.FaultText}, none when nothing is
 * @param nodes where its gateway nodes listen, or would
 * @param backend where its sample backend listens
 */
public record RegionStatus(
        Region region, boolean primary, boolean online, String fault, List<HostPort> nodes, HostPort backend) {
    public RegionStatus {
        nodes = List.copyOf(nodes);
    }
}
