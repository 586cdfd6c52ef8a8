package io.isochrone.gateway.backend;

import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backend's passive health: one refused or reset connection takes it out for a while, because the next request would most likely
 * meet the same; an application's own errors never do, for they say nothing about the server. It comes back by time, and a success
 * before that brings it back at once.
 *
 * <p>Thread-safe: every event loop writes, a read may be one write old.
 */
public final class EjectingHealth implements EndpointHealth {
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong outUntil = new AtomicLong(NEVER);
    private volatile long ejectionNanos;

    /** Good at first. */
    public EjectingHealth(long ejectionNanos) {
        this.ejectionNanos = ejectionNanos;
    }

    /** Takes a changed setting over; an ejection under way keeps its end. */
    public void ejectionNanos(long nanos) {
        ejectionNanos = nanos;
    }

    @Override
    public boolean isUsable(long nowNanos) {
        long until = outUntil.get();
        return until == NEVER || nowNanos - until >= 0;
    }

    @Override
    public void failed(Failure failure, long nowNanos) {
        if (ejects(failure)) {
            outUntil.set(nowNanos + ejectionNanos);
        }
    }

    /**
     * Whether the failure speaks against the server rather than against one request: a slow or broken off response may be the doing
     * of a single operation, and a server that died in the middle of one refuses the next connection anyway.
     */
    private static boolean ejects(Failure failure) {
        return switch (failure) {
            case NO_ADDRESS, CONNECT_REFUSED, CONNECT_TIMEOUT, TLS_FAILED, RESET_BEFORE_RESPONSE, REFUSING, SILENT ->
                true;
            case NO_ENDPOINT,
                    BULKHEAD_FULL,
                    CONNECT_LOCAL,
                    CLOSED_BEFORE_SENT,
                    NOT_PROCESSED,
                    REFUSED_STREAM,
                    NO_STREAM,
                    NO_CONNECTION,
                    STREAM_RESET,
                    HEAD_TOO_LARGE,
                    STALE_CONNECTION,
                    SUSPECTED,
                    OUTRUN,
                    FIRST_BYTE_TIMEOUT,
                    RETRIABLE_STATUS,
                    BAD_RESPONSE,
                    RESPONSE_CUT,
                    STREAM_IDLE -> false;
        };
    }

    @Override
    public void succeeded(long nanos, long nowNanos) {
        if (outUntil.get() != NEVER) {
            outUntil.set(NEVER);
        }
    }
}
