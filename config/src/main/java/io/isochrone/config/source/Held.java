package io.isochrone.config.source;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.wire.Snapshot;

/**
 * What a node runs.
 *
 * <p>Immutable.
 *
 * @param snapshot as it came
 * @param checksum of it, reckoned once
 * @param deployment what it says
 */
record Held(Snapshot snapshot, String checksum, Deployment deployment) {}
