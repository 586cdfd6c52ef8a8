package io.isochrone.router.region;

import io.isochrone.proxy.resilience.LearnedRate;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * The health of one API in one region, shared by all event loops.
 *
 * <p>Thread-safe: by compare-and-set; a read may be one write old.
 */
public final class ApiHealth {
    private final AtomicReference<ApiStatus> status = new AtomicReference<>(ApiStatus.WELL);
    private final LongAdder sent = new LongAdder();
    private final LearnedRate rate = new LearnedRate();
    private final BooleanSupplier held;

    /** @param held while it says yes nothing changes what is believed: an operator wants it so */
    ApiHealth(BooleanSupplier held) {
        this.held = held;
    }

    /** The share of the API's requests that the region gets now: 0 to 1. */
    public double share(long nowNanos) {
        ApiStatus now = get();
        return now.out() ? now.share(nowNanos) : 1;
    }

    /** How many of the API's requests a second the region has shown to bear. */
    public LearnedRate rate() {
        return rate;
    }

    /** A request of the API was sent to the region. */
    public void sent() {
        sent.increment();
    }

    /** A gateway of the region has no backend for it. Returns whether that is news. */
    public boolean withoutBackend(long nowNanos) {
        ApiStatus old = get();
        ApiStatus next = old.withoutBackend(nowNanos);
        return !held.getAsBoolean()
                && !next.equals(old)
                && status.compareAndSet(old, next); // who loses the race was told the same
    }

    /** A request that was answered badly here was answered elsewhere, {@code better} or not. Returns whether the API went out by it. */
    public boolean compared(boolean better, long nowNanos) {
        while (!held.getAsBoolean()) {
            ApiStatus old = get();
            ApiStatus next = old.compared(better, sent.sum(), nowNanos);
            if (status.compareAndSet(old, next)) {
                return next.sinceNanos() != old.sinceNanos() || next.out() != old.out();
            }
        }
        return false;
    }

    private ApiStatus get() {
        return Objects.requireNonNull(status.get());
    }
}
