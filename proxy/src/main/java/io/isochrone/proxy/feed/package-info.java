/** What a node needs that is fed by a control plane: its options, what it carried, and the metrics of its configuration. */
@NullMarked
package io.isochrone.proxy.feed;

import org.jspecify.annotations.NullMarked;
