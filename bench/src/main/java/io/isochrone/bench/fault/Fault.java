package io.isochrone.bench.fault;

import java.time.Duration;

/**
 * What goes wrong between a client and a server, at a node, or behind it. {@link FaultProxy} and {@link FaultLink} do those of connections, whoever owns a process those of
 * processes. Immutable.
 */
public sealed interface Fault
        permits Fault.Pass,
                Fault.Delay,
                Fault.Blackhole,
                Fault.ResetAfter,
                Fault.ResetWithin,
                Fault.FinWhenIdle,
                Fault.HalfClose,
                Fault.Truncate,
                Fault.Drip,
                Fault.Garbage,
                Fault.Unavailable,
                Fault.ProbesLie,
                Fault.Slow,
                Fault.Refuse,
                Fault.Kill,
                Fault.Freeze,
                Fault.Restart,
                Fault.NamesMove,
                Fault.NamesFail {
    /** Which way bytes go. */
    enum Direction {
        /** From the client to the server. */
        REQUEST,
        /** From the server to the client. */
        RESPONSE
    }

    /** A part of a message. */
    enum Part {
        /** The status line and the fields. */
        HEAD,
        /** What follows them. */
        BODY
    }

    /** Who answers. */
    enum Answerer {
        /** Something in front of a gateway, which knows nothing of our marks. */
        LINK,
        /** The backend behind a gateway. */
        BACKEND
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

    /** Every response is cut by RST: after 15 bytes of its head, or after its head and half of what came with it. Immutable. */
    record ResetWithin(Part part) implements Fault {}

    /** Connections without a byte in either direction for {@code idle} are closed in order (FIN). Immutable. */
    record FinWhenIdle(Duration idle) implements Fault {}

    /** When a request comes the answering side is closed in order (FIN) without an answer; the other stays open. Immutable. */
    record HalfClose() implements Fault {}

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

    /** Every request is answered by 300 bytes that are no HTTP, drawn by the link's seed, then FIN. Immutable. */
    record Garbage() implements Fault {}

    /** A share of the requests, drawn by seed, is answered 503 at once; probes are not among them. Immutable. */
    record Unavailable(Answerer by, double share) implements Fault {
        public Unavailable {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
            }
        }
    }

    /** Probes tell the contrary of what is: they pass and every other request is reset ({@code well}), or the other way round. Immutable. */
    record ProbesLie(boolean well) implements Fault {}

    /** The way takes {@code times} as long. Immutable. */
    record Slow(double times) implements Fault {
        public Slow {
            if (!(times >= 1 && times <= 1000)) {
                throw new IllegalArgumentException("times: " + times + " (expected: 1 to 1000)");
            }
        }
    }

    /** New connections are refused and the open ones are reset, as by a process that was killed. Immutable. */
    record Refuse() implements Fault {}

    /** The process ends at once (SIGKILL). Immutable. */
    record Kill() implements Fault {}

    /** The process stops where it is (SIGSTOP); its connections stay open and the system goes on accepting. Immutable. */
    record Freeze() implements Fault {}

    /** The process is told to end (SIGTERM) and started again when it has. Immutable. */
    record Restart() implements Fault {}

    /** Another process takes the place, at another address to which the name leads then; the old one is told to end (SIGTERM) when it is healed. Immutable. */
    record NamesMove() implements Fault {}

    /** DNS answers every query with SERVFAIL. Immutable. */
    record NamesFail() implements Fault {}
}
