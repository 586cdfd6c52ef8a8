package io.isochrone.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.UpstreamStream;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connection a stream goes to, who waits, and for how long. A connect of this pool fails at once, as {@code CONNECT_LOCAL}. */
class H2LaneTest {
    /** Each connection takes this many streams. */
    private static final int STREAMS = 2;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Transport transport = Transport.start("h2-lane-test", 1);
    private final EmbeddedChannel loop =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final UpstreamPool pool = new UpstreamPool(
            loop.eventLoop(),
            transport,
            () -> new EngineSettings(Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS),
            new UpstreamFakes.Nobody(),
            NodeTls.plain(),
            0);
    private final H2Lanes lanes = new H2Lanes(pool);
    private final Endpoint node = endpoint("node");
    private final H2Lane lane = lanes.lane(node);
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void end() {
        for (EmbeddedChannel channel : channels) {
            channel.finishAndReleaseAll();
        }
        loop.finishAndReleaseAll();
        transport.close();
    }

    private static Endpoint endpoint(String host) {
        return new Endpoint(
                host + ":1",
                "here",
                InetSocketAddress.createUnresolved(host, 1),
                EndpointHealth.ALWAYS_GOOD,
                false,
                UpstreamProtocol.HTTP_2_NODE);
    }

    /** Opens a connection; returns its other side. */
    private EmbeddedChannel open(H2Lane to) {
        EmbeddedChannel channel = EmbeddedChannel.builder()
                .ticker(ticker)
                .handlers(Connecting.INSTANCE)
                .build();
        channels.add(channel);
        to.opened(channel, null);
        return channel;
    }

    private EmbeddedChannel opened(H2Lane to) {
        EmbeddedChannel channel = open(to);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, STREAMS}));
        run();
        return channel;
    }

    private static void goAway(EmbeddedChannel channel, int last) {
        channel.writeInbound(
                Unpooled.wrappedBuffer(new byte[] {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, (byte) last, 0, 0, 0, 0}));
    }

    private static void reset(EmbeddedChannel channel, int stream) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 4, 3, 0, 0, 0, 0, (byte) stream, 0, 0, 0, 2}));
    }

    private void run() {
        loop.runPendingTasks();
        channels.forEach(EmbeddedChannel::runPendingTasks);
        loop.runPendingTasks();
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        lanes.sweep(ticker.nanoTime(), TimeUnit.SECONDS.toNanos(30));
        run();
    }

    /** Sends its request when it gets a stream; and goes on to another endpoint when that is silent. */
    private final class Attempt extends UpstreamFakes.Attempt {
        private final H2Lane to;
        private final @Nullable Endpoint next;

        Attempt(H2Lane to, @Nullable Endpoint next) {
            this.to = to;
            this.next = next;
        }

        Attempt begin() {
            to.acquire(this);
            run();
            return this;
        }

        @Override
        public void connected(UpstreamStream stream) {
            super.connected(stream);
            H1Request request = new H1Request();
            byte[] head = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            assertThat(request.parse(head, head.length, 100, 10)).isNull();
            stream.send(request, new UpstreamFakes.Plan(), node, 0, "1.1 test");
            stream.flush();
        }

        @Override
        public void stalled(UpstreamStream stream) {
            super.stalled(stream);
            if (next != null) {
                lanes.lane(next).acquire(new UpstreamFakes.Attempt());
            }
        }
    }

    private Attempt attempt() {
        return new Attempt(lane, null).begin();
    }

    private void fill(int connections) {
        for (int i = 0; i < connections; i++) {
            opened(lane);
            for (int stream = 0; stream < STREAMS; stream++) {
                assertThat(attempt().events).containsExactly("connected");
            }
        }
    }

    @Test
    void connectionsThatFinishLongStreamsDoNotKeepNewOnesFromBeingOpened() {
        fill(H2Lane.MAX_CONNECTIONS);
        for (EmbeddedChannel channel : channels) {
            goAway(channel, 5);
        }

        assertThat(attempt().events).containsExactly("connectFailed CONNECT_LOCAL"); // it was tried

        opened(lane);
        assertThat(attempt().events).containsExactly("connected");
    }

    @Test
    void beyondTheirBoundEachTakesThePlaceOfOneThatTakesStreams() {
        for (int i = 0; i < H2Lane.MAX_FINISHING + H2Lane.MAX_CONNECTIONS; i++) {
            fill(1);
            goAway(channels.get(i), 5);
        }

        Attempt late = attempt();
        assertThat(late.events).isEmpty();
        pass(51);
        assertThat(late.events).containsExactly("connectFailed NO_STREAM");

        channels.get(0).close();
        run();
        assertThat(attempt().events).containsExactly("connectFailed CONNECT_LOCAL");
    }

    @Test
    void whoWaitsGetsTheStreamThatEndsFirst() {
        fill(H2Lane.MAX_CONNECTIONS);
        Attempt first = attempt();
        Attempt second = attempt();

        reset(channels.get(3), 3);
        run();

        assertThat(first.events).containsExactly("connected");
        assertThat(second.events).isEmpty();
    }

    @Test
    void whoWaitsForAStreamWaitsFiftyMilliseconds() {
        fill(H2Lane.MAX_CONNECTIONS);
        Attempt attempt = attempt();

        pass(50);
        assertThat(attempt.events).isEmpty();
        pass(1);

        assertThat(attempt.events).containsExactly("connectFailed NO_STREAM");
    }

    @Test
    void soManyMayWait() {
        fill(H2Lane.MAX_CONNECTIONS);
        for (int i = 0; i < H2Lane.MAX_WAITING; i++) {
            assertThat(attempt().events).isEmpty();
        }

        assertThat(attempt().events).containsExactly("connectFailed NO_STREAM");
    }

    @Test
    void whoWaitsForAConnectionWaitsAsLongAsThatMayTake() {
        EmbeddedChannel opening = open(lane);
        Attempt attempt = attempt();
        pass(900);
        assertThat(attempt.events).isEmpty();

        opening.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
        run();

        assertThat(attempt.events).containsExactly("connected");
    }

    @Test
    void whoWaitsForAConnectionThatSaysNothingIsToldSo() {
        open(lane);
        Attempt attempt = attempt();

        pass(1001);
        run();

        assertThat(attempt.events).containsExactly("connectFailed CONNECT_TIMEOUT");
    }

    @Test
    void aConnectionThatTakesLeaveBeforeItTookAnythingWasSentNothing() {
        EmbeddedChannel opening = open(lane);
        Attempt attempt = attempt();
        opening.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 1, 0, 0, 0, 0})); // an ACK only

        opening.close();
        run();

        assertThat(attempt.events).containsExactly("connectFailed CLOSED_BEFORE_SENT");
    }

    @Test
    void aGoawayThatLeavesManyStreamsOutIsOneRefusal() {
        List<Attempt> attempts = new ArrayList<>();
        EmbeddedChannel channel = open(lane);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
        for (int i = 0; i < 100; i++) {
            attempts.add(attempt());
        }

        goAway(channel, 3);
        run();

        for (Attempt left : attempts.subList(1, 100)) {
            assertThat(left.events).containsExactly("connected", "lost REFUSED_STREAM", "readComplete");
        }
        assertThat(attempts.get(0).events).containsExactly("connected");
        assertThat(lane.refusals(1)).isEqualTo(2);
    }

    /** The sweep of the loop was over for good when one of several silent nodes had requests that moved to a node not used before. */
    @Test
    void aSweepGoesOnWhenSilentNodesSendTheirRequestsToNewOnes() {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            H2Lane silent = lanes.lane(endpoint("silent" + i));
            opened(silent);
            attempts.add(new Attempt(silent, endpoint("new" + i)).begin());
        }

        pass(1001);
        pass(1001);

        for (Attempt attempt : attempts) {
            assertThat(attempt.events).containsExactly("connected", "stalled");
        }
    }

    @Test
    void oneConnectionIsKeptWarm() {
        EmbeddedChannel first = opened(lane);
        EmbeddedChannel second = opened(lane);
        lanes.warm(List.of(node), ticker.nanoTime());

        pass(30_001);

        assertThat(first.isOpen()).isTrue();
        assertThat(second.isOpen()).isFalse();
    }

    @Test
    void whatIsTriedInVainIsReportedAsItIs() {
        assertThat(attempt().events).containsExactly("connectFailed " + Failure.CONNECT_LOCAL);
    }
}
