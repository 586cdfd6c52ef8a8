/** Endpoints, how they feel, and pickers. Pure. */
@NullMarked
package io.isochrone.proxy.balance;

import org.jspecify.annotations.NullMarked;
