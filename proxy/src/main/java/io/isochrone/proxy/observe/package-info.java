/** Access log and metrics. */
@NullMarked
package io.isochrone.proxy.observe;

import org.jspecify.annotations.NullMarked;
