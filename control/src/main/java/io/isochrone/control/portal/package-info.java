/** The page for operators and its live feed. */
@NullMarked
package io.isochrone.control.portal;

import org.jspecify.annotations.NullMarked;
