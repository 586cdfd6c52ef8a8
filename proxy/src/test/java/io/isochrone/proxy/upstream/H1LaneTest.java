package io.isochrone.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.exchange.UpstreamStream;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P49: how many connections are opened at once, who waits, and for how long. */
class H1LaneTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final Transport transport = Transport.start("h1-lane-test", 1);
    private final EmbeddedChannel loop =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final UpstreamPool pool = new UpstreamPool(
            loop.eventLoop(),
            transport,
            () -> new EngineSettings(Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS),
            new UpstreamFakes.Nobody(),
            NodeTls.plain(),
            0);
    private final List<UpstreamPool.Arrival> opening = new ArrayList<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private boolean out;
    private final H1Lane lane = new H1Lane(
            pool,
            new Endpoint("node:1", "here", InetSocketAddress.createUnresolved("node", 1), new Health()),
            (endpoint, http2, arrival) -> opening.add(arrival));

    private final class Health implements EndpointHealth {
        @Override
        public boolean isUsable(long nowNanos) {
            return !out;
        }

        @Override
        public void failed(Failure failure, long nowNanos) {}

        @Override
        public void succeeded(long nanos, long nowNanos) {}
    }

    /** Keeps its connection. */
    private static final class Attempt extends UpstreamFakes.Attempt {
        private UpstreamStream stream;

        @Override
        public void connected(UpstreamStream given) {
            stream = given;
            super.connected(given);
        }
    }

    @AfterEach
    void end() {
        for (EmbeddedChannel channel : channels) {
            channel.finishAndReleaseAll();
        }
        loop.finishAndReleaseAll();
        transport.close();
    }

    private Attempt attempt(boolean fresh) {
        Attempt attempt = new Attempt();
        lane.acquire(attempt, fresh);
        return attempt;
    }

    private List<Attempt> attempts(int count) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            attempts.add(attempt(false));
        }
        return attempts;
    }

    /** The connection that was asked for first is there. */
    private void arrive() {
        EmbeddedChannel channel = EmbeddedChannel.builder()
                .ticker(ticker)
                .handlers(Connecting.INSTANCE)
                .build();
        channels.add(channel);
        opening.remove(0).arrived(channel, null);
        loop.runPendingTasks();
    }

    private void fail(Failure failure) {
        opening.remove(0).failed(failure);
        loop.runPendingTasks();
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        lane.sweep(ticker.nanoTime(), pool.connectTimeoutNanos());
        loop.runPendingTasks();
    }

    @Test
    void opensNoMoreThanTheBoundAtOnceAndServesTheLineInOrder() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING + 2);
        assertThat(opening).hasSize(H1Lane.MAX_OPENING);

        arrive();

        assertThat(all.get(0).events).containsExactly("connected");
        assertThat(opening).as("one for the first in line").hasSize(H1Lane.MAX_OPENING);
        for (int i = 0; i < all.size() - 1; i++) {
            arrive();
        }
        assertThat(all).allSatisfy(each -> assertThat(each.events).containsExactly("connected"));
        assertThat(opening).isEmpty();
    }

    @Test
    void aConnectionThatFallsIdleServesTheLine() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING + 2);
        arrive();
        Attempt last = all.get(H1Lane.MAX_OPENING + 1);

        all.get(0).stream.finish(true);
        loop.runPendingTasks();

        assertThat(last.events).containsExactly("connected");
        assertThat(last.stream).isSameAs(all.get(0).stream);
    }

    @Test
    void whoWantsANewConnectionWaitsForOne() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING);
        Attempt fresh = attempt(true);
        Attempt behind = attempt(false);
        arrive();
        assertThat(opening).as("the new one is being opened").hasSize(H1Lane.MAX_OPENING);

        all.get(0).stream.finish(true);
        loop.runPendingTasks();

        assertThat(fresh.events).isEmpty();
        assertThat(behind.events).containsExactly("connected");
    }

    @Test
    void theLineHasABound() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING + H1Lane.MAX_WAITING);

        Attempt beyond = attempt(false);

        assertThat(all).allSatisfy(each -> assertThat(each.events).isEmpty());
        assertThat(beyond.events).containsExactly("connectFailed NO_CONNECTION");
    }

    @Test
    void nobodyStandsInItForLongerThanAConnectMayTake() {
        attempts(H1Lane.MAX_OPENING);
        Attempt first = attempt(false);
        pass(600);
        Attempt second = attempt(false);
        pass(500);

        assertThat(first.events).containsExactly("connectFailed NO_CONNECTION");
        assertThat(second.events).isEmpty();
        assertThat(lane.isForgettable()).isFalse();
    }

    @Test
    void whenAnEndpointIsOutTheWholeLineLeavesAtOnce() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING + 3);
        out = true;

        fail(Failure.CONNECT_REFUSED);

        for (Attempt each : List.of(all.get(0), all.get(H1Lane.MAX_OPENING), all.get(H1Lane.MAX_OPENING + 2))) {
            assertThat(each.events).containsExactly("connectFailed CONNECT_REFUSED");
        }
        assertThat(all.get(1).events).as("its own is under way still").isEmpty();
    }

    @Test
    void aFailureThatSpeaksAgainstNobodyIsItsOwnOnly() {
        List<Attempt> all = attempts(H1Lane.MAX_OPENING + 2);

        fail(Failure.CONNECT_LOCAL);

        assertThat(all.get(0).events).containsExactly("connectFailed CONNECT_LOCAL");
        assertThat(all.get(H1Lane.MAX_OPENING).events).isEmpty();
        assertThat(opening).hasSize(H1Lane.MAX_OPENING);
    }

    @Test
    void isForgottenWhenNothingIsThereAndNobodyWaits() {
        assertThat(lane.isForgettable()).isTrue();
        Attempt one = attempt(false);
        assertThat(lane.isForgettable()).isFalse();
        arrive();
        one.stream.finish(true);
        assertThat(lane.isForgettable()).isFalse();
        pass(40_000);
        assertThat(lane.isForgettable()).isTrue();
    }
}
