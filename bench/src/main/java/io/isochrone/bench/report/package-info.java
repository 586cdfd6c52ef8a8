/** Figures as tables for people and as JSON for programs. */
@NullMarked
package io.isochrone.bench.report;

import org.jspecify.annotations.NullMarked;
