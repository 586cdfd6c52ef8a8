package io.isochrone.control.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells who a call is from. Thread-safe. It may wait for the store. */
public interface Authenticator {
    /**
     * Looks at the {@code Authorization} header (null: none) of a call from {@code address}. Throws when it cannot tell, which is
     * answered with 503.
     */
    Verdict check(@Nullable String authorization, String address);

    /** The token that a request without {@code Authorization} has elsewhere, such as in a cookie; null: none. Lower-case names. */
    default @Nullable String elsewhere(String method, Map<String, String> headers) {
        return null;
    }

    /** The refusal of an address that has shown too many bad tokens; null: it may try. */
    default @Nullable Reply mustWait(String address) {
        return null;
    }

    /** Counts a bad token that an open part of the control plane was shown. */
    default void failed(String address) {}

    /**
     * Either a caller or a refusal.
     *
     * @param caller whose token is good
     * @param refusal the answer to everybody else
     */
    record Verdict(@Nullable Caller caller, @Nullable Reply refusal) {
        /** Of a good token. */
        public static Verdict of(Caller caller) {
            return new Verdict(caller, null);
        }

        /** Of a bad one, or of none. */
        public static Verdict refused(Reply refusal) {
            return new Verdict(null, refusal);
        }
    }
}
