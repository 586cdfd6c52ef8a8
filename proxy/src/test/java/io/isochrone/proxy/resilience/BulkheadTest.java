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
}
