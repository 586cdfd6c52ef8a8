/** Rules across records. Pure. */
@NullMarked
package io.isochrone.config.check;

import org.jspecify.annotations.NullMarked;
