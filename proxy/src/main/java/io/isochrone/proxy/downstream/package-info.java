/** Listeners and client connections. */
@NullMarked
package io.isochrone.proxy.downstream;

import org.jspecify.annotations.NullMarked;
