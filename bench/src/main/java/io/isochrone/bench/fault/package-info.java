/** Planned faults of connections and backends, shared by drills and tests. */
@NullMarked
package io.isochrone.bench.fault;

import org.jspecify.annotations.NullMarked;
