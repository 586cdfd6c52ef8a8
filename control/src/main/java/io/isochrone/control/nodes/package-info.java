/** What is known about nodes: which there are, what they have applied, how they fare. Pure. */
@NullMarked
package io.isochrone.control.nodes;

import org.jspecify.annotations.NullMarked;
