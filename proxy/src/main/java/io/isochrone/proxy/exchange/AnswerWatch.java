package io.isochrone.proxy.exchange;

import io.isochrone.config.model.Hedging;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.resilience.AnswerTimes;
import io.isochrone.proxy.resilience.Patience;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one event loop that wait for one endpoint's answer, oldest first, and how long that endpoint may keep them waiting
 * without a byte to anybody. A frozen process keeps its connections and accepts new ones; only its silence tells.
 *
 * <p>Confined to one event loop.
 */
final class AnswerWatch {
    /** Who waits. A link of its watch's list, so that coming and going costs no allocation. */
    abstract static class Waiter {
        private @Nullable Waiter before;
        private @Nullable Waiter behind;
        private @Nullable AnswerWatch watch;
        private long sentNanos;
        /** Sent although the endpoint was mute, for want of a better one: it knew, and is told nothing. */
        private boolean resigned;

        /** Whether it has asked itself whether to leave a silent endpoint. */
        private boolean asked;

        /** The endpoint is out because it says nothing: whoever can should go elsewhere. May leave the watch. */
        abstract void endpointMute();

        /** The endpoint has stopped answering anybody, and is being asked why: whoever can afford it may go elsewhere. May leave the watch. */
        abstract void endpointSilent();

        /** The answer takes longer than the endpoint's answers usually do. Told once. May leave the watch. */
        void endpointSlow() {}

        /** Leaves its watch, if it is in one. */
        final void leaveWatch() {
            AnswerWatch in = watch;
            if (in != null) {
                in.remove(this);
            }
        }

        /** The endpoint has answered; {@code nowNanos} is when. Leaves its watch. */
        final void answered(long nowNanos) {
            AnswerWatch in = watch;
            if (in != null) {
                in.heard(nowNanos);
                in.patience.answered(nowNanos - sentNanos);
                in.times.add(nowNanos - sentNanos);
                in.remove(this);
            }
        }

        /** Nobody waits for the answer any more, because it took so long already. Leaves its watch. */
        final void outrun(long nowNanos) {
            AnswerWatch in = watch;
            if (in != null) {
                in.times.add(
                        nowNanos - sentNanos); // else only fast answers were learned from, and more and more were slow
                in.remove(this);
            }
        }
    }

    /** So many overdue answers are no coincidence. */
    static final int MANY = 8;

    private final EndpointHealth health;
    private final Patience patience = new Patience();
    private final AnswerTimes times = new AnswerTimes();
    private @Nullable Waiter oldest;
    private @Nullable Waiter newest;
    /** The oldest that was not told that it waits for long. */
    private @Nullable Waiter untold;

    private long heardNanos;
    private boolean suspecting;
    private boolean told;

    AnswerWatch(Endpoint endpoint, long nowNanos) {
        this.health = endpoint.health();
        this.heardNanos = nowNanos;
    }

    /** A request was sent. */
    void add(Waiter waiter, long nowNanos) {
        Waiter last = newest;
        waiter.watch = this;
        waiter.sentNanos = nowNanos;
        waiter.resigned = health.isMute();
        waiter.asked = waiter.resigned;
        waiter.before = last;
        waiter.behind = null;
        if (last == null) {
            oldest = waiter;
        } else {
            last.behind = waiter;
        }
        newest = waiter;
        untold = untold == null ? waiter : untold;
    }

    private void remove(Waiter waiter) {
        Waiter before = waiter.before;
        Waiter behind = waiter.behind;
        untold = waiter == untold ? behind : untold;
        if (before == null) {
            oldest = behind;
        } else {
            before.behind = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.before = before;
        }
        waiter.watch = null;
        waiter.before = null;
        waiter.behind = null;
    }

    /** Bytes came from the endpoint. */
    void heard(long nowNanos) {
        patience.heardAfter(nowNanos - heardNanos);
        heardNanos = nowNanos;
    }

    /** Whether nobody waits, and nothing was heard for long. */
    boolean isAbandoned(long nowNanos, long afterNanos) {
        return oldest == null && nowNanos - heardNanos > afterNanos;
    }

    /** Looks whether the endpoint is silent, or known to be mute. */
    void look(long nowNanos) {
        Waiter first = oldest;
        if (health.isMute()) {
            suspecting = false;
            if (!told) {
                told = true;
                tellAll();
            }
            return;
        }
        told = false;
        if (suspecting && !health.isSuspect()) {
            suspecting = false;
            heardNanos = nowNanos;
            patience.excused();
        }
        if (first == null) {
            return;
        }
        boolean late = patience.isOver(heardNanos, first.sentNanos, nowNanos);
        boolean stopped = nowNanos - heardNanos > patience.stoppedNanos();
        if (!late && !stopped) {
            return;
        }
        long overdue = nowNanos - (late ? patience.boundNanos() : patience.averageNanos());
        boolean many = isManySentBefore(overdue);
        if (!late && !many) {
            return;
        }
        if (!suspecting) {
            suspecting = true;
            health.silent(nowNanos);
        }
        if (many) {
            askSentBefore(overdue);
        }
    }

    /** Tells those that have waited for longer than is usual here. Costs nothing for those who were told before. */
    void tellSlow(Hedging hedging, long nowNanos) {
        long least = hedging.minDelay().toNanos();
        Waiter next = untold;
        if (next == null || nowNanos - next.sentNanos <= least) {
            return;
        }
        long most = Math.max(least, times.percentileNanos(hedging.percentile()));
        while (next != null && nowNanos - next.sentNanos > most) {
            untold = next.behind;
            next.endpointSlow();
            next = untold;
        }
    }

    private boolean isManySentBefore(long before) {
        int count = 0;
        Waiter waiter = oldest;
        while (waiter != null && count < MANY && waiter.sentNanos - before < 0) {
            count++;
            waiter = waiter.behind;
        }
        return count == MANY;
    }

    /**
     * Many overdue answers of an endpoint that was answering all the time leave little doubt, and need not wait for the probe. Few may be as
     * slow as their requests.
     */
    private void askSentBefore(long before) {
        Waiter next = oldest;
        while (next != null && next.sentNanos - before < 0) {
            Waiter asking = next;
            next = asking.behind;
            if (!asking.asked) {
                asking.asked = true;
                asking.endpointSilent();
            }
        }
    }

    /** We ourselves stood still for so long: what the endpoint said meanwhile has not been read, and is no silence. */
    void stoodStill(long nanos) {
        heardNanos += nanos;
    }

    private void tellAll() {
        Waiter next = oldest;
        while (next != null) {
            Waiter waiter = next;
            next = waiter.behind;
            if (!waiter.resigned) {
                waiter.endpointMute();
            }
        }
    }
}
