/** Which regions, best first, and why. Pure. */
@NullMarked
package io.isochrone.router.steering;

import org.jspecify.annotations.NullMarked;
