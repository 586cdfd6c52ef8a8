/** Whether a caller may call. */
@NullMarked
package io.isochrone.gateway.auth;

import org.jspecify.annotations.NullMarked;
