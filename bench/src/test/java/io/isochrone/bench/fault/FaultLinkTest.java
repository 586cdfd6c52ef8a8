package io.isochrone.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultLinkTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
    private static Transport transport;
    private final FaultLink link = new FaultLink(7);
    private final AtomicInteger requests = new AtomicInteger();
    private Channel listener;

    @BeforeAll
    static void open() {
        transport = Transport.start("link-test", 1);
    }

    @AfterAll
    static void close() {
        transport.close();
    }

    @BeforeEach
    void start() {
        listener = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        link.join(channel);
                        channel.pipeline().addLast(new Server());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void stop() {
        listener.close().syncUninterruptibly();
    }

    /** Answers every chunk. Confined to one event loop. */
    private final class Server extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf request) {
            requests.incrementAndGet();
            ctx.writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private RawClient client() throws IOException {
        return new RawClient(((InetSocketAddress) listener.localAddress()).getPort());
    }

    @Test
    void passesWhatComesAndGoes() throws IOException {
        try (RawClient client = client()) {
            client.get("/a");

            assertThat(client.response()).endsWith("0123456789");
        }
    }

    @Test
    void holdsEverythingInABlackHoleAndLetsItPassAfterwards() throws IOException {
        try (RawClient client = client()) {
            client.get("/a");
            client.response();
            link.set(new Fault.Blackhole());
            client.get("/b");
            client.timeout(60);
            assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);

            link.set(new Fault.Pass());

            client.timeout(5000);
            assertThat(client.response()).endsWith("0123456789");
        }
        assertThat(requests.get()).isEqualTo(2);
    }

    @Test
    void resetsInTheMiddleOfAHead() throws IOException {
        link.set(new Fault.ResetWithin(Fault.Part.HEAD));

        try (RawClient client = client()) {
            client.get("/a");

            assertThatThrownBy(client::readToEnd).isInstanceOf(SocketException.class);
        }
        assertThat(requests.get()).isOne();
    }

    @Test
    void resetsInTheMiddleOfABody() throws IOException {
        link.set(new Fault.ResetWithin(Fault.Part.BODY));

        try (RawClient client = client()) {
            client.get("/a");
            StringBuilder read = new StringBuilder();
            assertThatThrownBy(() -> {
                        for (int next = client.read(); next >= 0; next = client.read()) {
                            read.append((char) next);
                        }
                    })
                    .isInstanceOf(SocketException.class);

            assertThat(ANSWER).startsWith(read);
        }
    }

    @Test
    void resetsBeforeARequestGetsThrough() throws IOException {
        link.set(new Fault.ResetAfter(Fault.Direction.REQUEST, 0));

        try (RawClient client = client()) {
            client.get("/a");

            assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
        }
        assertThat(requests.get()).isZero();
    }

    @Test
    void closesItsSideWithoutAnAnswer() throws IOException {
        link.set(new Fault.HalfClose());

        try (RawClient client = client()) {
            client.get("/a");

            assertThat(client.read()).isEqualTo(-1);
        }
        assertThat(requests.get()).isZero();
    }

    @Test
    void saysTheSameGarbageForTheSameSeed() throws IOException {
        link.set(new Fault.Garbage());
        String first;
        try (RawClient client = client()) {
            client.get("/a");
            first = client.readToEnd();
        }
        FaultLink other = new FaultLink(7);
        other.set(new Fault.Garbage());
        io.netty.channel.embedded.EmbeddedChannel channel = new io.netty.channel.embedded.EmbeddedChannel();
        other.join(channel);

        channel.writeInbound(Unpooled.copiedBuffer("GET /a HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));

        ByteBuf noise = channel.readOutbound();
        assertThat(first).isEqualTo(noise.toString(StandardCharsets.ISO_8859_1)).hasSize(300);
        noise.release();
    }

    @Test
    void dripsAWholeResponse() throws IOException {
        link.set(new Fault.Drip(Duration.ofNanos(1000)));

        try (RawClient client = client()) {
            client.get("/a");

            assertThat(client.response()).endsWith("0123456789");
        }
    }

    @Test
    void answersAShareOfTheRequestsWith503ButNoProbe() throws IOException {
        link.set(new Fault.Unavailable(Fault.Answerer.LINK, 0.5));
        int refused = 0;

        try (RawClient client = client()) {
            for (int i = 0; i < 200; i++) {
                client.get("/a");
                refused += client.response().startsWith("HTTP/1.1 503") ? 1 : 0;
                client.get("/status-0123456789abcdef");
                assertThat(client.response()).startsWith("HTTP/1.1 200");
            }
        }

        assertThat(refused).isBetween(70, 130);
        assertThat(requests.get()).isEqualTo(400 - refused);
    }

    @Test
    void letsProbesLieEitherWay() throws IOException {
        link.set(new Fault.ProbesLie(true));
        assertAnswered("/status-0123456789abcdef", true);
        assertAnswered("/a", false);

        link.set(new Fault.ProbesLie(false));
        assertAnswered("/status-0123456789abcdef", false);
        assertAnswered("/a", true);
    }

    private void assertAnswered(String path, boolean answered) throws IOException {
        try (RawClient client = client()) {
            client.get(path);
            if (answered) {
                assertThat(client.response()).startsWith("HTTP/1.1 200");
            } else {
                assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void refusesConnectionsAndResetsTheOpenOnes() throws IOException {
        try (RawClient client = client()) {
            client.get("/a");
            client.response();

            link.set(new Fault.Refuse());

            assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
        }
        listener.closeFuture().awaitUninterruptibly(5000);
        assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
    }

    @Test
    void refusesAFaultOfProcesses() {
        assertThatThrownBy(() -> link.set(new Fault.Freeze())).hasMessageContaining("expected: one of connections");
    }
}
