/** Heads, headers, framing and their violations. Pure. */
@NullMarked
package io.isochrone.proxy.http;

import org.jspecify.annotations.NullMarked;
