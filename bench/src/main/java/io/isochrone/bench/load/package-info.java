/** Open-loop load over HTTP/1.1 and what it measures. */
@NullMarked
package io.isochrone.bench.load;

import org.jspecify.annotations.NullMarked;
