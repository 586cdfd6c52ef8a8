/** How exchanges end, and why. Pure. */
@NullMarked
package io.isochrone.proxy.outcome;

import org.jspecify.annotations.NullMarked;
