package io.isochrone.control.store;

/**
 * One key with its value.
 *
 * <p>Immutable.
 *
 * @param key lower-case
 * @param value text
 * @param revision of the commit that wrote the value last, at least 1
 */
public record Entry(String key, String value, long revision) {}
