/** Which API a request is for. Pure. */
@NullMarked
package io.isochrone.gateway.api;

import org.jspecify.annotations.NullMarked;
