package io.isochrone.proxy.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class WarmUpTest {
    @Test
    void runsUntilTheScriptHasEnded() {
        CompletableFuture<Duration> told = new CompletableFuture<>();
        CountDownLatch end = new CountDownLatch(1);
        WarmUp warmUp = new WarmUp();

        warmUp.start(
                limit -> {
                    told.complete(limit);
                    end.await();
                    return new Rehearsal.Result(3, 3, Duration.ZERO);
                },
                Duration.ofSeconds(2));

        assertThat(told.join()).isEqualTo(Duration.ofSeconds(2));
        assertThat(warmUp.isRunning()).isTrue();
        end.countDown();
        awaitEnd(warmUp);
    }

    @Test
    void endsWhenTheScriptCannotRehearse() {
        WarmUp warmUp = new WarmUp();

        warmUp.start(
                limit -> {
                    throw new IOException("no port");
                },
                Duration.ofSeconds(2));

        awaitEnd(warmUp);
    }

    @Test
    void doesNothingWithoutTime() {
        AtomicBoolean ran = new AtomicBoolean();
        WarmUp warmUp = new WarmUp();

        warmUp.start(
                limit -> {
                    ran.set(true);
                    return new Rehearsal.Result(0, 0, limit);
                },
                Duration.ZERO);

        assertThat(warmUp.isRunning()).isFalse();
        assertThat(ran).isFalse();
    }

    private static void awaitEnd(WarmUp warmUp) {
        while (warmUp.isRunning()) {
            Thread.onSpinWait();
        }
    }
}
