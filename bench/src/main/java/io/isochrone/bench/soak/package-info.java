/** The long test: hours of mixed load and faults in which every answer is checked and nothing may leak. */
@NullMarked
package io.isochrone.bench.soak;

import org.jspecify.annotations.NullMarked;
