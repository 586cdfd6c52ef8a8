package io.isochrone.control.publish;

/**
 * A location of a service as it is to be published.
 *
 * <p>Immutable.
 *
 * @param region canonical name
 * @param units capacity units, at least 1
 * @param off whether it takes no requests: switched off, or leaving
 */
public record LocationInput(String region, int units, boolean off) {}
