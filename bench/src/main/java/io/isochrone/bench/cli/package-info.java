/** The isochrone command. */
@NullMarked
package io.isochrone.bench.cli;

import org.jspecify.annotations.NullMarked;
