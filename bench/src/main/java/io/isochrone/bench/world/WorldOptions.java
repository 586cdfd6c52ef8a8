package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;

/**
 * How a world is started.
 *
 * <p>Immutable.
 *
 * @param router where clients connect
 * @param admin where operators connect
 * @param delay whether distances are simulated
 */
public record WorldOptions(HostPort router, HostPort admin, boolean delay) {}
