/** Where a client is. */
@NullMarked
package io.isochrone.router.geo;

import org.jspecify.annotations.NullMarked;
