package io.isochrone.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdleQueueTest {
    private final IdleQueue queue = new IdleQueue();

    private static final class Idle implements ClientConnection {
        final IdleQueue.Entry entry = new IdleQueue.Entry(this);

        @Override
        public void sweep(long nowNanos) {}

        @Override
        public boolean isIdle() {
            return true;
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private final Idle a = new Idle();
    private final Idle b = new Idle();
    private final Idle c = new Idle();

    @Test
    void givesTheOldestFirstAndThenNone() {
        queue.add(a.entry);
        queue.add(b.entry);

        assertThat(queue.takeOldest()).isSameAs(a.entry);
        assertThat(queue.takeOldest()).isSameAs(b.entry);
        assertThat(queue.takeOldest()).isNull();
    }

    @Test
    void whoServesARequestComesLastAgain() {
        queue.add(a.entry);
        queue.add(b.entry);
        queue.remove(a.entry);
        queue.add(a.entry);

        assertThat(queue.takeOldest()).isSameAs(b.entry);
        assertThat(queue.takeOldest()).isSameAs(a.entry);
    }

    @Test
    void takesOutOfTheMiddleAndTheEndAndBearsBothTwice() {
        queue.add(a.entry);
        queue.add(b.entry);
        queue.add(c.entry);
        queue.add(c.entry);
        queue.remove(b.entry);
        queue.remove(b.entry);
        queue.remove(c.entry);
        queue.add(b.entry);

        assertThat(queue.takeOldest()).isSameAs(a.entry);
        assertThat(queue.takeOldest()).isSameAs(b.entry);
        assertThat(queue.takeOldest()).isNull();
    }
}
