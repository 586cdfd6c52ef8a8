/** Connections to endpoints: a pool per event loop. */
@NullMarked
package io.isochrone.proxy.upstream;

import org.jspecify.annotations.NullMarked;
