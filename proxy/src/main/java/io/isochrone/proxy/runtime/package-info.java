/** Event loops, life cycle, drain. */
@NullMarked
package io.isochrone.proxy.runtime;

import org.jspecify.annotations.NullMarked;
