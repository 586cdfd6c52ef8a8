/** The regional edge. Start reading at {@link io.isochrone.gateway.Gateway}. */
@NullMarked
package io.isochrone.gateway;

import org.jspecify.annotations.NullMarked;
