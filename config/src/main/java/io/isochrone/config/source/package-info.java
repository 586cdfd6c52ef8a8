/** Where configuration comes from while a node runs. */
@NullMarked
package io.isochrone.config.source;

import org.jspecify.annotations.NullMarked;
