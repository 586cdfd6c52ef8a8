/** Asks DNS for the names of upstreams, in the background. */
@NullMarked
package io.isochrone.proxy.dns;

import org.jspecify.annotations.NullMarked;
