/** Text to model, with positions. */
@NullMarked
package io.isochrone.config.read;

import org.jspecify.annotations.NullMarked;
