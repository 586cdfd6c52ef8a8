/** The router side by side with HAProxy and nginx: processes, load, and what each request costs. */
@NullMarked
package io.isochrone.bench.peers;

import org.jspecify.annotations.NullMarked;
