/** What is known of the names of upstreams, and what follows from an answer. Pure. */
@NullMarked
package io.isochrone.proxy.names;

import org.jspecify.annotations.NullMarked;
