package io.isochrone.router.steering;

import io.isochrone.config.model.GeoPoint;

/**
 * A region as steering sees it.
 *
 * <p>Immutable.
 *
 * @param name canonical name, the tie-breaker
 * @param point where it is
 * @param disabled whether the operator took it out of service
 * @param usable whether any of its nodes may be used
 * @param inflationMillis how much slower than its distance it is measured
 */
public record Candidate(String name, GeoPoint point, boolean disabled, boolean usable, double inflationMillis) {}
