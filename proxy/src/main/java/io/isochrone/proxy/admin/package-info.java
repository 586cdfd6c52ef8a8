/** The operators' HTTP endpoints. */
@NullMarked
package io.isochrone.proxy.admin;

import org.jspecify.annotations.NullMarked;
