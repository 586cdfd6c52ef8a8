/** Measured and modelled round trips. Pure. */
@NullMarked
package io.isochrone.router.latency;

import org.jspecify.annotations.NullMarked;
