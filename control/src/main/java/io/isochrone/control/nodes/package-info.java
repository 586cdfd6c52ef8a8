/** What is known about nodes and what each is told: which there are, what they have applied, how they fare. */
@NullMarked
package io.isochrone.control.nodes;

import org.jspecify.annotations.NullMarked;
