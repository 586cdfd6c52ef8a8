/** Waiting, repeating and giving up. Pure. */
@NullMarked
package io.isochrone.proxy.resilience;

import org.jspecify.annotations.NullMarked;
