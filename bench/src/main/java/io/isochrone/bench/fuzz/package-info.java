/** Broken messages of all kinds against the engine, which must stay well. */
@NullMarked
package io.isochrone.bench.fuzz;

import org.jspecify.annotations.NullMarked;
