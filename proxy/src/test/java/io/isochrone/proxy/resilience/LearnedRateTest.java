package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.resilience.LearnedRate.Rank;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LearnedRateTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    /** Limited at {@code nowNanos} to about the hundred a second that were answered before half of what came was refused. */
    private static LearnedRate limited(long nowNanos) {
        LearnedRate rate = new LearnedRate();
        for (long now = nowNanos - 3 * SECOND; now < nowNanos - 200 * MILLI; now += 10 * MILLI) {
            rate.answered(now);
        }
        for (long now = nowNanos - 200 * MILLI; now <= nowNanos; now += 10 * MILLI) {
            rate.answered(now);
            rate.refused(now - 5 * MILLI, now);
        }
        return rate;
    }

    private static int taken(LearnedRate rate, Rank rank, long nowNanos) {
        int taken = 0;
        while (taken < 10_000 && rate.take(rank, nowNanos)) {
            taken++;
        }
        return taken;
    }

    @Test
    void limitsNothingWhileNothingIsRefused() {
        LearnedRate rate = new LearnedRate();
        for (int i = 0; i < 10_000; i++) {
            assertThat(rate.take(Rank.GUEST, 5)).isTrue();
            rate.answered(5);
        }
        assertThat(rate.perSecond()).isInfinite();
    }

    @Test
    void bearsThatFewAreRefused() {
        LearnedRate rate = new LearnedRate();
        for (long i = 0; i < 10_000; i++) {
            long now = i * 5 * MILLI;
            rate.answered(now);
            if (i % 20 == 0) {
                rate.refused(now, now);
            }
        }
        assertThat(rate.perSecond()).isInfinite();
    }

    @Test
    void takesWhatWasAnsweredForTheRate() {
        assertThat(limited(0).perSecond()).isBetween(90.0, 110.0);
        assertThat(limited(Long.MAX_VALUE - SECOND / 2).perSecond())
                .as("at any time of the clock")
                .isBetween(90.0, 110.0);
    }

    @Test
    void doesNotSinkHoweverLongSomeAreRefusedAtAnyRate() {
        LearnedRate rate = limited(0);
        for (long now = MILLI; now < 60 * SECOND; now += 5 * MILLI) {
            if (rate.take(Rank.HOME, now)) {
                if (now % (100 * MILLI) == MILLI) {
                    rate.refused(now, now);
                } else {
                    rate.answered(now);
                }
            }
        }
        assertThat(rate.perSecond()).isGreaterThan(80);
    }

    @Test
    void limitsNothingBeforeItKnowsWhatIsUsual() {
        LearnedRate rate = new LearnedRate();
        for (long now = 0; now < 900 * MILLI; now += MILLI) {
            rate.refused(now, now);
        }
        assertThat(rate.perSecond()).isInfinite();
    }

    @Test
    void letsThemThroughEvenly() {
        LearnedRate rate = limited(0);
        int all = taken(rate, Rank.HOME, 0);
        assertThat(all).as("a burst").isBetween(3, 5);
        for (long now = MILLI; now <= 90 * MILLI; now += MILLI) {
            int more = taken(rate, Rank.HOME, now);
            assertThat(more).isLessThanOrEqualTo(1);
            all += more;
        }
        assertThat(all).isBetween(10, 15);
    }

    @Test
    void letsWhatHasBeenFarInBeforeThoseAtHomeAndTheseBeforeGuests() {
        LearnedRate rate = limited(0);
        int guests = taken(rate, Rank.GUEST, 0);
        int home = taken(rate, Rank.HOME, 0);
        int returned = taken(rate, Rank.RETURNED, 0);

        assertThat(guests).isBetween(1, 3);
        assertThat(home).isPositive();
        assertThat(returned).isPositive();
        assertThat(rate.take(Rank.RETURNED, 0)).as("they have a bound too").isFalse();
    }

    @Test
    void hearsNothingNewFromWhatWasSentBeforeTheRateWasSet() {
        LearnedRate rate = limited(0);
        double before = rate.perSecond();
        for (int i = 0; i < 50; i++) {
            rate.refused(-1, 300 * MILLI);
        }
        assertThat(rate.perSecond()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void growsWhileSomebodyIsDeniedAndNobodyRefused() {
        LearnedRate rate = limited(0);
        double before = rate.perSecond();
        for (long now = 0; now < 3 * SECOND; now += MILLI) {
            if (rate.take(Rank.HOME, now)) {
                rate.answered(now);
            }
        }
        assertThat(rate.perSecond()).isBetween(1.2 * before, 20 * before);
    }

    @Test
    void isForgottenWhenNobodyIsDenied() {
        LearnedRate rate = limited(0);
        for (long now = 0; now < 10 * SECOND; now += 50 * MILLI) { // 20 a second of 97
            assertThat(rate.take(Rank.GUEST, now)).isTrue();
            rate.answered(now);
        }
        assertThat(rate.perSecond()).isInfinite();
    }

    @Test
    void isNeverLessThanOneASecond() {
        LearnedRate rate = new LearnedRate();
        for (long i = 0; i < 3000; i++) {
            rate.refused(i * MILLI, i * MILLI);
        }
        assertThat(rate.perSecond()).isBetween(1.0, 1.01);
        assertThat(rate.take(Rank.HOME, 1000 * SECOND)).isTrue();
    }

    @Test
    void letsNoMoreThroughHoweverManyThreadsAsk() throws Exception {
        LearnedRate rate = limited(0);
        AtomicInteger taken = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int n = 0; n < 10_000; n++) {
                    if (rate.take(Rank.HOME, 0)) {
                        taken.incrementAndGet();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isBetween(3, 5);
    }
}
