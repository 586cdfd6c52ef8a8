/** Failover drills: what goes wrong in a world of processes under which load, what that costs, and whether it is little enough. */
@NullMarked
package io.isochrone.bench.drill;

import org.jspecify.annotations.NullMarked;
