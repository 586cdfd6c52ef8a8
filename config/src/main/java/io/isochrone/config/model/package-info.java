/** What an operator can say, as immutable records. Pure: no I/O, no clock, no threads. */
@NullMarked
package io.isochrone.config.model;

import org.jspecify.annotations.NullMarked;
