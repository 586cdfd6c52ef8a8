package io.isochrone.bench.soak;

import java.util.Locale;

/** What became of one request. */
public enum Verdict {
    /** Its own answer, whole, byte for byte. */
    RIGHT(true),
    /** The backend's early refusal, its own and whole. */
    EARLY(true),
    /** An answer of a router or gateway that says that it could not be done. */
    REFUSED(true),
    /** The answer was cut so that the client can tell. */
    CUT(true),
    /** The connection ended before an answer began. */
    UNANSWERED(true),
    /** The client left, as planned. */
    LEFT(true),
    /** No byte for half a minute. */
    HUNG(false),
    /** Another's answer, other bytes than its own, bytes that nobody asked for, or an answer that makes no sense. */
    WRONG(false),
    /** An answer that looked complete and was not. */
    SHORT(false);

    private final boolean allowed;

    Verdict(boolean allowed) {
        this.allowed = allowed;
    }

    /** Whether it may happen at all while there are faults. */
    public boolean isAllowed() {
        return allowed;
    }

    /** In reports. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
