package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BackendWorkTest {
    @Test
    void letsRequestsWaitWhenEveryWorkerIsBusy() {
        BackendWork work = new BackendWork(2, 10, 0);

        assertThat(work.take(0)).isEqualTo(10);
        assertThat(work.take(0)).isEqualTo(10);
        assertThat(work.take(5)).isEqualTo(15);
        assertThat(work.take(100)).isEqualTo(10);
    }

    @Test
    void takesNoTimeWhenNoneIsNeeded() {
        assertThat(new BackendWork(1, 0, 5).take(7)).isZero();
    }
}
