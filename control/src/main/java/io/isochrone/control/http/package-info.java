/** The door of the control plane: TLS, who calls, and calls turned into values. */
@NullMarked
package io.isochrone.control.http;

import org.jspecify.annotations.NullMarked;
