/** Policy documents: where their expressions are, their two written forms, and what may stand where. Pure. */
@NullMarked
package io.isochrone.control.arm.policy;

import org.jspecify.annotations.NullMarked;
