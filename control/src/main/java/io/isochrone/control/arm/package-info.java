/** The management REST contract: resources, their rules, long-running operations. */
@NullMarked
package io.isochrone.control.arm;

import org.jspecify.annotations.NullMarked;
