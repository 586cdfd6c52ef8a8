/** The control plane as a process: its wiring and its command. */
@NullMarked
package io.isochrone.control;

import org.jspecify.annotations.NullMarked;
