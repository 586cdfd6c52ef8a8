/** The cloud regions known by name, with metro coordinates. Immutable data. */
@NullMarked
package io.isochrone.config.catalogue;

import org.jspecify.annotations.NullMarked;
