package io.isochrone.config.model;

import java.util.List;

/**
 * Everything an operator says in one file: the service, its APIs and how its nodes behave.
 *
 * <p>Immutable.
 *
 * @param service locations and tier
 * @param apis what is published, in the order of the file
 * @param router settings of routers
 * @param gateway settings of gateway nodes
 */
public record Deployment(Service service, List<Api> apis, RouterSettings router, GatewaySettings gateway) {
    public Deployment {
        apis = List.copyOf(apis);
    }
}
