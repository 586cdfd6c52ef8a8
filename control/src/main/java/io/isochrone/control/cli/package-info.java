/** The operators' command line: what it asks a control plane for, and how it tells. */
@NullMarked
package io.isochrone.control.cli;

import org.jspecify.annotations.NullMarked;
