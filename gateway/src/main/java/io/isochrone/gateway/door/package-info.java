/** From request to plan. */
@NullMarked
package io.isochrone.gateway.door;

import org.jspecify.annotations.NullMarked;
