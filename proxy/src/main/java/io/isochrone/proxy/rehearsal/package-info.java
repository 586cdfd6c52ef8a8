/** Exercises a node before traffic comes, failures too, so that the first real failure meets compiled code. */
@NullMarked
package io.isochrone.proxy.rehearsal;

import org.jspecify.annotations.NullMarked;
