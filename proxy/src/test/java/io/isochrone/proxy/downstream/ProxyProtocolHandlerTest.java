package io.isochrone.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The handler alone, on a loop whose time stands still until the test moves it. */
final class ProxyProtocolHandlerTest {
    private static final InetSocketAddress BALANCER = new InetSocketAddress(0);
    private static final byte[] ONE = latin("PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n");
    private static final byte[] TWO =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb0071070a000001dc0401bb");
    private static final byte[] LOCAL = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20000000");

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Transport transport = Transport.start("proxy-test", 1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<ProxyProtocolFault> faults = new ArrayList<>();
    private final List<ByteBuf> sent = new ArrayList<>();
    private final Next next = new Next();
    private @Nullable InetSocketAddress client;

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
                new Faults(),
                accepted -> {});
        LoopState loop = new LoopState(
                channel.eventLoop(), transport, options, connections, new AtomicInteger(), new MemoryPressure(), 1);
        ProxyProtocol protocol = new ProxyProtocol(List.of(), Duration.ofSeconds(2));
        channel.pipeline().addLast(new ProxyProtocolHandler(loop, channel, BALANCER, protocol, announced -> {
            client = announced;
            channel.pipeline().addLast(next);
        }));
    }

    @AfterEach
    void stop() {
        channel.close();
        channel.runPendingTasks();
        channel.releaseInbound();
        transport.close();
        assertThat(sent).allMatch(buffer -> buffer.refCnt() == 0);
        assertThat(connections.get()).isZero();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void send(byte[] bytes) {
        ByteBuf buffer = Unpooled.copiedBuffer(bytes);
        sent.add(buffer);
        channel.pipeline().fireChannelRead(buffer); // as when it was read before the close
    }

    private void passes(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    private String name() {
        return client == null ? "none" : client.getAddress().getHostAddress() + "|" + client.getPort();
    }

    @Test
    void leavesThePipelineToTheClientsHandlers() {
        send(ONE);

        assertThat(channel.pipeline().get(ProxyProtocolHandler.class)).isNull();
        assertThat(name()).isEqualTo("203.0.113.7|56324");
        send(latin("GET"));
        assertThat(next.read.toString(StandardCharsets.ISO_8859_1)).isEqualTo("GET");
    }

    @Test
    void keepsTheSocketsAddressWhenNobodyIsNamed() {
        send(LOCAL);

        assertThat(client).isSameAs(BALANCER);
    }

    @Test
    void countsTheConnectionOnceAndUntilItEnds() {
        assertThat(connections.get()).isOne();

        channel.close();
        channel.runPendingTasks();

        assertThat(connections.get()).isZero();
        assertThat(faults).isEmpty();
    }

    @Test
    void theDeadlineIsNotMovedByBytesThatTrickleIn() {
        for (int i = 0; i < 19; i++) {
            passes(100);
            send(new byte[] {ONE[i]});
        }
        assertThat(channel.isOpen()).isTrue();
        passes(100);

        assertThat(channel.isOpen()).isFalse();
        assertThat(faults).containsExactly(ProxyProtocolFault.TIMED_OUT);
        send(ONE);
        assertThat(client).isNull();
    }

    @Test
    void theDeadlineEndsWithTheHeader() {
        send(TWO);
        passes(10_000);

        assertThat(channel.isOpen()).isTrue();
        assertThat(faults).isEmpty();
        channel.pipeline().remove(next);
    }

    @Test
    void countsAConnectionThatEndsWithinItsHeader() {
        send(Arrays.copyOf(TWO, 20));
        channel.close();
        channel.runPendingTasks();

        assertThat(faults).containsExactly(ProxyProtocolFault.TRUNCATED);
    }

    @Test
    void takesAConnectionThatEndsWithoutAByteForACheck() {
        channel.close();
        channel.runPendingTasks();

        assertThat(faults).isEmpty();
    }

    @Test
    void countsOneFaultOfAConnection() {
        send(latin("GET / HTTP/1.1\r\n"));
        send(latin("PROXY "));
        channel.runPendingTasks();
        passes(10_000);

        assertThat(faults).containsExactly(ProxyProtocolFault.MISSING);
    }

    @RepeatedTest(30)
    void passesOnWhatFollowsTheHeaderHoweverItArrives(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        byte[] header = List.of(ONE, TWO, LOCAL).get(random.nextInt(3));
        byte[] bytes = Arrays.copyOf(header, header.length + random.nextInt(300));
        for (int i = header.length; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        int most = 1 + random.nextInt(60);
        for (int at = 0; at < bytes.length; ) {
            int size = Math.min(bytes.length - at, 1 + random.nextInt(most));
            send(Arrays.copyOfRange(bytes, at, at + size));
            at += size;
        }

        assertThat(client).isNotNull();
        assertThat(next.read.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, header.length, bytes.length));
        assertThat(faults).isEmpty();
    }

    @RepeatedTest(30)
    void anyBytesEndInAClientOrInOneFault(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        byte[] header = List.of(ONE, TWO, LOCAL).get(random.nextInt(3)).clone();
        header[random.nextInt(header.length)] ^= (byte) (1 << random.nextInt(8));
        for (byte each : header) {
            send(new byte[] {each});
        }
        passes(3000);

        assertThat(faults.size() + (client == null ? 0 : 1)).isOne();
        assertThat(channel.isOpen()).isEqualTo(client != null);
    }

    /** What stands for the client's handlers: keeps what it is given. */
    private static final class Next extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (bytes.isReadable()) {
                read.write(bytes.readByte());
            }
            bytes.release();
        }
    }

    private final class Faults implements ExchangeObserver {
        @Override
        public void ended(ExchangeRecord exchange) {}

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

        @Override
        public void connections(int delta) {}

        @Override
        public void upstreamConnections(Endpoint endpoint, int delta) {}

        @Override
        public void loopLag(long nanos) {}

        @Override
        public void proxyProtocolFault(ProxyProtocolFault fault) {
            faults.add(fault);
        }
    }
}
