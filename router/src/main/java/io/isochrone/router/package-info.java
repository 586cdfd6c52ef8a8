/** The global front. Start reading at {@link io.isochrone.router.Router}. */
@NullMarked
package io.isochrone.router;

import org.jspecify.annotations.NullMarked;
