/** How a decision reaches the client. */
@NullMarked
package io.isochrone.router.door;

import org.jspecify.annotations.NullMarked;
