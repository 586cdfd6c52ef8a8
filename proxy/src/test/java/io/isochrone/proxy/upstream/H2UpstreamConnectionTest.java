package io.isochrone.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shared connection to a node, with time in the test's hand. */
class H2UpstreamConnectionTest {
    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    private static final int PING = 6;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Transport transport = Transport.start("h2-upstream-test", 1);
    private final List<String> health = new ArrayList<>();
    private final List<Integer> sent = new ArrayList<>();
    private final Endpoint node = new Endpoint(
            "node:1",
            "here",
            InetSocketAddress.createUnresolved("node", 1),
            new Health(),
            false,
            UpstreamProtocol.HTTP_2_NODE);
    private boolean holding;
    private final EmbeddedChannel channel = EmbeddedChannel.builder()
            .ticker(ticker)
            .handlers(new Wire(), Connecting.INSTANCE)
            .build();
    private final H2UpstreamConnection connection = open();

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
        transport.close();
    }

    private H2UpstreamConnection open() {
        UpstreamPool pool = new UpstreamPool(
                channel.eventLoop(),
                transport,
                () -> new EngineSettings(Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS),
                new UpstreamFakes.Nobody(),
                NodeTls.plain(),
                0);
        H2UpstreamConnection opened = new H2Lanes(pool).lane(node).opened(channel, null);
        return opened;
    }

    private void settings() {
        channel.writeInbound(Unpooled.wrappedBuffer(SETTINGS.clone()));
    }

    private UpstreamFakes.Attempt attempt() {
        UpstreamFakes.Attempt attempt = new UpstreamFakes.Attempt();
        H2UpstreamStream stream = connection.stream(attempt);
        H1Request request = new H1Request();
        byte[] head = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(request.parse(head, head.length, 100, 10)).isNull();
        stream.send(request, new UpstreamFakes.Plan(), node, 0, "1.1 test");
        stream.flush();
        channel.runPendingTasks();
        return attempt;
    }

    private void pass(long millis) {
        ticker.advance(millis, TimeUnit.MILLISECONDS);
        connection.sweep(ticker.nanoTime(), TimeUnit.SECONDS.toNanos(30), true);
        channel.runPendingTasks();
    }

    @Test
    void itTakesNothingBeforeTheOtherSidesSettings() {
        assertThat(connection.hasRoom()).isFalse();

        settings();

        assertThat(connection.hasRoom()).isTrue();
    }

    @Test
    void itIsGivenUpWhenNoSettingsCome() {
        pass(999);
        assertThat(channel.isOpen()).isTrue();

        pass(2);

        assertThat(channel.isOpen()).isFalse();
        assertThat(connection.notOpened()).isEqualTo(Failure.CONNECT_TIMEOUT);
    }

    @Test
    void aHeadThatHasNotLeftWholeWasNotSent() {
        settings();
        UpstreamFakes.Attempt left = attempt();
        holding = true;
        UpstreamFakes.Attempt held = attempt();

        channel.close();

        assertThat(left.events).containsExactly("lost RESET_BEFORE_RESPONSE", "readComplete");
        assertThat(held.events).containsExactly("lost CLOSED_BEFORE_SENT", "readComplete");
    }

    @Test
    void itIsAskedWhenItIsSilentAndOwesAnAnswer() {
        settings();
        pass(5000);
        assertThat(sent).doesNotContain(PING);

        attempt();
        pass(900);
        assertThat(sent).doesNotContain(PING);
        pass(200);

        assertThat(sent).containsOnlyOnce(PING);
    }

    @Test
    void aPingThatIsNotAnsweredIsToldToAttemptsAndHealth() {
        settings();
        UpstreamFakes.Attempt attempt = attempt();
        pass(1100);
        pass(900);
        assertThat(attempt.events).isEmpty();

        pass(200);

        assertThat(attempt.events).containsExactly("stalled");
        assertThat(health).containsExactly("SILENT");
        assertThat(connection.hasRoom()).isFalse();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aByteEndsTheDoubt() {
        settings();
        attempt();
        pass(1100);
        pass(1100);

        settings();

        assertThat(connection.hasRoom()).isTrue();
    }

    @Test
    void whatStaysSilentIsClosedInTheEnd() {
        settings();
        UpstreamFakes.Attempt attempt = attempt();
        pass(1100);
        pass(1100);
        pass(59_000);

        assertThat(channel.isOpen()).isFalse();
        assertThat(attempt.events).containsExactly("stalled", "lost RESET_BEFORE_RESPONSE", "readComplete");
    }

    /** Notes the types of frames that are sent, and keeps them while the test says so. */
    private final class Wire extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.readableBytes() >= 9 && bytes.getByte(bytes.readerIndex()) == 0) {
                sent.add((int) bytes.getByte(bytes.readerIndex() + 3));
            }
            if (holding) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.write(message, promise);
            }
        }
    }

    private final class Health implements EndpointHealth {
        @Override
        public boolean isUsable(long nowNanos) {
            return true;
        }

        @Override
        public void failed(Failure failure, long nowNanos) {
            health.add(failure.name());
        }

        @Override
        public void succeeded(long nanos, long nowNanos) {}
    }
}
