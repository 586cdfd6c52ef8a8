package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The plan for a request that goes upstream: which endpoints, in which order, and what is written into the heads. One object per
 * request; everything the plan needs of the request head it copies while dispatching.
 *
 * <p>Confined to one event loop.
 */
public non-sealed interface Forwarding extends Dispatch {
    /** Endpoint for attempt {@code attempt} (from 0), never one given before; null when no further one may be used. */
    @Nullable
    Endpoint next(int attempt, long nowNanos);

    /**
     * Takes a place for an attempt at {@code endpoint}, which {@link #next} gave last. False: as many are under way as there may be; the
     * endpoint is passed over, which is no attempt, and {@link #next} is asked for another.
     */
    default boolean enter(Endpoint endpoint) {
        return true;
    }

    /**
     * Endpoint for attempt {@code attempt} beside the one that is under way, with a place for it: another one that nothing speaks against. Null: there is
     * none. {@link #hedgeEnded} follows, or {@link #ended}.
     */
    default @Nullable Endpoint hedge(int attempt, long nowNanos) {
        return null;
    }

    /** Of two attempts one is over, and its place is given back: the first if {@code standsIn}, else the one from {@link #hedge}. */
    default void hedgeEnded(boolean standsIn) {}

    /** The exchange has ended, in whatever way: every place is given back. Called once. */
    default void ended() {}

    /** Most attempts in all, at least 1. */
    int maxAttempts();

    /** Whether the product lets idempotent methods (and PUT, DELETE, Idempotency-Key where the API says so) be repeated. */
    boolean mayRepeatWrites();

    /** The request target to send, or null to send the incoming one. */
    @Nullable
    String target(Endpoint endpoint);

    /** Whether the incoming request field of this lower-case name is left out, besides hop-by-hop fields. */
    boolean dropsRequestHeader(String lowerCaseName);

    /** Adds fields to the upstream request head (X-Forwarded-*, Forwarded; the engine adds Via). */
    void requestHeaders(HeaderSink out, Endpoint endpoint, int attempt);

    /** Whether the upstream's response field of this lower-case name is left out, besides hop-by-hop fields. */
    boolean dropsResponseHeader(String lowerCaseName);

    /**
     * Adds fields to the response head.
     *
     * @param endpoint who answered, or null when the node answers itself
     * @param attempts how many endpoints were tried, from 0
     */
    void responseHeaders(HeaderSink out, @Nullable Endpoint endpoint, int attempts);

    /** Whether a response with this status should be tried elsewhere if the request may be repeated. */
    boolean isRetriableStatus(int status);

    /** Whether this response field value proves that one of our own nodes did not process the request. Null: no such field. */
    boolean isNotProcessed(@Nullable String mark);

    /** An attempt ended: a failure, or null and the response status. {@code nanos}: until head or failure. */
    void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos);

    /** The answer when nothing is left to try: {@code outcome} is what the engine would answer with. */
    LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts);

    /** Name of the API for metrics and logs, or null. */
    @Nullable
    String api();

    /** Canonical region name for metrics and logs of the endpoint that answered, or the node's own; or null. */
    @Nullable
    String region(@Nullable Endpoint answered);

    /** The client address text for the access log, as the product resolved it. */
    String clientAddress();
}
