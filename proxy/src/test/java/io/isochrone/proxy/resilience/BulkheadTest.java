package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BulkheadTest {
    @Test
    void letsInAsManyAsItsBoundAndAgainWhenOneLeft() {
        Bulkhead bulkhead = new Bulkhead(2);

        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isFalse();
        assertThat(bulkhead.count()).isEqualTo(2);

        bulkhead.leave();

        assertThat(bulkhead.enter()).isTrue();
    }

    @Test
    void aLowerBoundHoldsForThoseWhoCome() {
        Bulkhead bulkhead = new Bulkhead(2);
        bulkhead.enter();
        bulkhead.enter();

        bulkhead.bound(1);
        bulkhead.leave();

        assertThat(bulkhead.enter()).isFalse();
        bulkhead.leave();
        assertThat(bulkhead.enter()).isTrue();
    }

    @Test
    void refusesABoundThatLetsNobodyIn() {
        assertThatThrownBy(() -> new Bulkhead(0)).hasMessage("bound: 0 (expected: >= 1)");
    }

    @Test
    void neverHoldsMoreThanItsBoundHoweverManyThreadsCome() throws Exception {
        int bound = 3;
        Bulkhead bulkhead = new Bulkhead(bound);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(8);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int round = 0; round < 20_000; round++) {
                    if (bulkhead.enter()) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        bulkhead.leave();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(1, bound);
        assertThat(bulkhead.count()).isZero();
    }

    @Test
    void guestsLeaveTheLastTenthToThoseAtHome() {
        Bulkhead bulkhead = new Bulkhead(20);
        int guests = 0;
        while (bulkhead.enterAsGuest()) {
            guests++;
        }
        assertThat(guests).isEqualTo(18);
        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isFalse();
    }

    /** P9: a region that bears 100 at once, behind a bound of 1,000. */
    @Test
    void whatRefusesForOverloadIsSpared() {
        Bulkhead bulkhead = new Bulkhead(1000);
        int busy = 0;
        int refused = 0;
        int turnedAway = 0;
        int served = 0;
        for (int tick = 0; tick < 60_000; tick++) { // each a millisecond; 15 come, each takes 10 ms
            for (int i = 0; i < 15; i++) {
                if (!bulkhead.enter()) {
                    turnedAway++;
                } else if (busy < 100) {
                    busy++;
                } else {
                    refused++;
                    bulkhead.refused(tick * 1_000_000L);
                    bulkhead.leave();
                }
            }
            int done = (busy + 9) / 10;
            for (int i = 0; i < done; i++) {
                busy--;
                served++;
                bulkhead.answered(tick * 1_000_000L);
                bulkhead.leave();
            }
        }
        int offered = 60_000 * 15;
        assertThat(served).isGreaterThan((int) (0.85 * 60_000 * 10));
        assertThat(refused).isLessThan(offered / 20);
        assertThat(turnedAway).isGreaterThan(offered / 4);
    }

    @Test
    void whatWasLearnedIsForgottenWhenTheBoundIsReachedAgain() {
        Bulkhead bulkhead = new Bulkhead(10);
        for (int i = 0; i < 5; i++) {
            bulkhead.enter();
        }
        bulkhead.refused(0);
        assertThat(bulkhead.limit()).isEqualTo(4);
        bulkhead.refused(50_000_000);
        assertThat(bulkhead.limit()).as("the same overload").isEqualTo(4);

        for (long millis = 100; millis < 1000; millis += 10) {
            bulkhead.answered(millis * 1_000_000);
        }

        assertThat(bulkhead.limit()).isEqualTo(10);
    }
}
