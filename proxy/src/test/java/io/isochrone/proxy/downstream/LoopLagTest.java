package io.isochrone.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.Transport;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lateness of sweeps, on a loop whose time stands still until the test moves it. */
final class LoopLagTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Transport transport = Transport.start("lag-test", 1);
    private final List<Long> lags = new ArrayList<>();

    @BeforeEach
    void start() {
        channel.freezeTime();
        EngineSettings settings = new EngineSettings(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS);
        ProxyOptions options = new ProxyOptions(
                "node1",
                new HostPort("127.0.0.1", 0),
                () -> settings,
                (remote, encrypted) -> new Peer(new byte[4], "0.0.0.0", 0, false, "none"),
                (head, peer, now) -> LocalAnswer.of(Outcome.NOT_FOUND),
                new Lags(),
                accepted -> {});
        assertThat(new LoopState(
                                channel.eventLoop(),
                                transport,
                                options,
                                new AtomicInteger(),
                                new AtomicInteger(),
                                new MemoryPressure(),
                                1)
                        .inFlight())
                .isZero();
    }

    @AfterEach
    void stop() {
        channel.close();
        transport.close();
    }

    private void passes(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void aSweepInTimeIsNotLate() {
        passes(99);
        assertThat(lags).isEmpty();
        passes(1);
        passes(100);

        assertThat(lags).containsExactly(0L, 0L);
    }

    @Test
    void aStallIsToldByEverySweepThatItHeldUpAndThenIsOver() {
        passes(100);
        passes(450);
        passes(50);
        passes(107);

        assertThat(lags).containsExactly(0L, 350_000_000L, 250_000_000L, 150_000_000L, 50_000_000L, 0L, 7_000_000L);
    }

    private final class Lags implements ExchangeObserver {
        @Override
        public void ended(ExchangeRecord exchange) {}

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

        @Override
        public void connections(int delta) {}

        @Override
        public void upstreamConnections(Endpoint endpoint, int delta) {}

        @Override
        public void loopLag(long nanos) {
            lags.add(nanos);
        }
    }
}
