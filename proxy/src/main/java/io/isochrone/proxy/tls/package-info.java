/** TLS of a node: certificates read and judged, contexts of listeners and upstreams, and their replacement while they serve. */
@NullMarked
package io.isochrone.proxy.tls;

import org.jspecify.annotations.NullMarked;
