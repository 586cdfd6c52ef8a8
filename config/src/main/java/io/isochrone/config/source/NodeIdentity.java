package io.isochrone.config.source;

import org.jspecify.annotations.Nullable;

/**
 * Who a node is towards the control plane.
 *
 * <p>Immutable.
 *
 * @param node unique in its service, the same after a restart: letters, digits, dots, dashes
 * @param kind {@code gateway} or {@code router}
 * @param region of a gateway, canonical; null for routers
 * @param address of a gateway as routers reach it, {@code HOST:PORT}; of a router where clients connect
 * @param software version
 */
public record NodeIdentity(
        String node, String kind, @Nullable String region, String address, String software) {}
