/** The regions as they are now: nodes, health, round trips. */
@NullMarked
package io.isochrone.router.region;

import org.jspecify.annotations.NullMarked;
