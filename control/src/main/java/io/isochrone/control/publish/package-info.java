/** From stored resources to the snapshots that nodes run, stage by stage. Pure. */
@NullMarked
package io.isochrone.control.publish;

import org.jspecify.annotations.NullMarked;
