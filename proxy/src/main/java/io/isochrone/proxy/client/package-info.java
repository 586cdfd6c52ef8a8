/** Who is calling, and how the next hop is told. Pure. */
@NullMarked
package io.isochrone.proxy.client;

import org.jspecify.annotations.NullMarked;
