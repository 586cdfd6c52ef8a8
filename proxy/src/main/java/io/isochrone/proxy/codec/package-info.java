/** Netty bytes to heads and bodies, and back. */
@NullMarked
package io.isochrone.proxy.codec;

import org.jspecify.annotations.NullMarked;
