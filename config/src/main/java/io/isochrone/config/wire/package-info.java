/** What travels from the control plane to nodes: snapshots, changes of snapshots, checksums. Pure. */
@NullMarked
package io.isochrone.config.wire;

import org.jspecify.annotations.NullMarked;
