package io.isochrone.proxy.exchange;

import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.resilience.HedgeBudget;

/**
 * Which slow requests are sent a second time beside the first. Only reads without a body: a request that is processed twice must do nobody harm, whatever
 * its API says of repeating writes, for here the second is not even needed.
 *
 * <p>Thread-safe: no state.
 */
final class HedgeRule {
    /** What is done about a slow request. */
    enum Decision {
        /** Nothing. */
        WAIT,
        /** It would be sent again, and is not for want of means. */
        DENY,
        /** It is sent again if another endpoint is well. */
        SEND
    }

    private HedgeRule() {}

    /** Whether a request may be sent twice at once: no tunnels either. */
    static boolean suits(H1Request request) {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        return read && !request.hasBody() && request.upgrade() == null;
    }

    /**
     * What is done.
     *
     * @param suits whether the request may be sent twice at once
     * @param before whether a second attempt was thought of before
     * @param attempts so many were made
     * @param most so many may be made
     * @param scarce whether memory is
     */
    static Decision decide(
            boolean suits, boolean before, int attempts, int most, boolean scarce, HedgeBudget budget, long nowNanos) {
        if (!suits || before || attempts >= most) {
            return Decision.WAIT;
        }
        return scarce || !budget.has(nowNanos) ? Decision.DENY : Decision.SEND;
    }
}
