/** Buffers that an event loop lends out again and again. */
@NullMarked
package io.isochrone.proxy.buffer;

import org.jspecify.annotations.NullMarked;
