/** A region's backends and how they feel. */
@NullMarked
package io.isochrone.gateway.backend;

import org.jspecify.annotations.NullMarked;
