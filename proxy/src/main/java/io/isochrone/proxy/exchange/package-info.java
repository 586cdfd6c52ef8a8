/** One request with its response: states, attempts, body relay. */
@NullMarked
package io.isochrone.proxy.exchange;

import org.jspecify.annotations.NullMarked;
