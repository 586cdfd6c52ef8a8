package io.isochrone.bench.fault;

import java.time.Duration;

/** What a {@link FaultProxy} does to the connections through it. Immutable. */
public sealed interface Fault
        permits Fault.Pass,
                Fault.Delay,
                Fault.Blackhole,
                Fault.ResetAfter,
                Fault.FinWhenIdle,
                Fault.Truncate,
                Fault.Drip,
                Fault.Refuse {
    /** Which way bytes go. */
    enum Direction {
        /** From the client to the server. */
        REQUEST,
        /** From the server to the client. */
        RESPONSE
    }

    /** Bytes pass unchanged. Immutable. */
    record Pass() implements Fault {}

    /** Every chunk is held for {@code each} in both directions. Immutable. */
    record Delay(Duration each) implements Fault {}

    /** Connections are accepted and stay open, no byte passes; what waited passes when the fault ends. Immutable. */
    record Blackhole() implements Fault {}

    /**
     * The first {@code bytes} bytes of a direction pass on each connection, then both sides are reset (RST). With 0 the reset comes
     * when the first byte arrives. Counting starts anew when the fault is set. Immutable.
     */
    record ResetAfter(Direction direction, long bytes) implements Fault {
        public ResetAfter {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
            }
        }
    }

    /** Connections without a byte in either direction for {@code idle} are closed in order (FIN). Immutable. */
    record FinWhenIdle(Duration idle) implements Fault {}

    /** The first {@code bytes} response bytes pass on each connection, then both sides are closed in order (FIN). Immutable. */
    record Truncate(long bytes) implements Fault {
        public Truncate {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
            }
        }
    }

    /** Response bytes pass one at a time, {@code every} apart. Immutable. */
    record Drip(Duration every) implements Fault {}

    /** New connections are refused and the open ones are reset, as by a process that was killed. Immutable. */
    record Refuse() implements Fault {}
}
