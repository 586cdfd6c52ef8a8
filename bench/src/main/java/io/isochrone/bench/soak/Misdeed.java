package io.isochrone.bench.soak;

import java.util.Locale;

/** What a backend does wrong when it is asked to, by the words of {@code EchoAnswers}. */
public enum Misdeed {
    /** Nothing. */
    NONE,
    /** Resets before or in the middle of its answer. */
    RESET,
    /** Ends the connection in the middle of its answer. */
    CLOSE,
    /** Answers in small pieces. */
    TRICKLE,
    /** Sends bytes that are no HTTP. */
    GARBAGE,
    /** Answers before it has read the request body, and stays. */
    EARLY,
    /** Answers before it has read the request body, and goes. */
    EARLY_CLOSE,
    /** Sends an answer that nobody asked for behind the one that was asked for. */
    STRAY,
    /** Sends more bytes than it announced. */
    LONG;

    /** In requests and reports. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean answersEarly() {
        return this == EARLY || this == EARLY_CLOSE;
    }
}
