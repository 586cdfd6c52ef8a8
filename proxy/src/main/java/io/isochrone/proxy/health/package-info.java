/** Probes and verdicts. */
@NullMarked
package io.isochrone.proxy.health;

import org.jspecify.annotations.NullMarked;
