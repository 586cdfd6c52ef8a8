/** Where the control plane keeps what it is told: keys and values with revisions, in one file or in etcd. */
@NullMarked
package io.isochrone.control.store;

import org.jspecify.annotations.NullMarked;
