package io.isochrone.control.publish;

/**
 * A gateway node that routers are told of.
 *
 * <p>Immutable.
 *
 * @param id unique in its service
 * @param region canonical name
 * @param address {@code host:port}
 */
public record Member(String id, String region, String address) {}
