/** The simulated world: regions, distances, backends and the nodes between them. */
@NullMarked
package io.isochrone.bench.world;

import org.jspecify.annotations.NullMarked;
