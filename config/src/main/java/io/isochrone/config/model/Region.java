package io.isochrone.config.model;

/**
 * A place where gateways can run: a catalogued cloud region or one of the operator's own.
 *
 * <p>Immutable.
 *
 * @param name the canonical short name, such as {@code westeurope}: lower-case letters, digits and dashes
 * @param displayName the name for people, such as {@code West Europe}
 * @param point metro coordinates
 */
public record Region(String name, String displayName, GeoPoint point) {}
