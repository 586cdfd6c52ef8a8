package io.isochrone.config.model;

import java.util.List;

/**
 * One regional deployment of the service.
 *
 * <p>Immutable.
 *
 * @param region where
 * @param units capacity units, at least 1
 * @param gatewayDisabled whether the operator took this gateway out of service; no request is sent to it then
 * @param nodes where the region's gateway nodes listen, as the router reaches them
 */
public record Location(Region region, int units, boolean gatewayDisabled, List<HostPort> nodes) {
    public Location {
        nodes = List.copyOf(nodes);
    }
}
