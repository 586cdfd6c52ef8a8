/** What is wrong with a configuration, with positions. Pure. */
@NullMarked
package io.isochrone.config.problem;

import org.jspecify.annotations.NullMarked;
