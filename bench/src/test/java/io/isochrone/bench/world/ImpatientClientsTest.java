package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * P22: well-behaved clients of which every fifth loses patience, over few connections and, behind one router, over even fewer: no bound on
 * resets takes the patient ones' requests down.
 */
@Tag("system")
@Timeout(90)
final class ImpatientClientsTest {
    private static final int CLIENTS = 2000;
    private static final int CONNECTIONS = 40;
    private static final int IMPATIENT = CLIENTS / 5;
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    private static Deployment deployment(int node, int backend) {
        return DeploymentReader.read("impatient.yaml", """
                service:
                  name: impatient
                  tier: Premium
                  hop-secret: a-secret-of-the-test
                  primary:
                    location: West Europe
                    nodes: ["127.0.0.1:%d"]
                apis:
                  - name: all
                    path: /
                    backends: ["http://127.0.0.1:%d"]
                router:
                  event-loops: 1
                  upstream-protocol: h2
                gateway:
                  trusted-proxies: [127.0.0.1/32]
                  limits:
                    max-streams: 1000
                """.formatted(node, backend));
    }

    private static double metric(String page, String start) {
        return page.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Channel connect(Transport transport, int port) throws InterruptedException {
        return new Bootstrap()
                .group(transport.loops())
                .channel(transport.socketChannel())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 22})
    void doNoHarmToThoseWhoWait(long seed) throws Exception {
        try (HeldBackend backend = new HeldBackend();
                Transport transport = Transport.start("impatient", 1)) {
            Gateway gateway = Gateway.start(
                    deployment(1, backend.port()), new GatewayOptions("westeurope", FREE, null, "g1", channel -> {}));
            Router router = Router.start(
                    deployment(gateway.port(), backend.port()), new RouterOptions(FREE, FREE, "r1", channel -> {}));
            try {
                List<Channel> connections = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    connections.add(connect(transport, router.port()));
                }
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(new Client("/slow?" + i, connections.get(i % CONNECTIONS)));
                }
                backend.awaitBegun(CLIENTS);

                Collections.shuffle(clients, new Random(seed));
                for (int i = 0; i < CLIENTS; i++) { // each fifth leaves, while others are answered
                    if (i % 5 == 0) {
                        clients.get(i).cancel();
                    } else {
                        backend.answer(clients.get(i).target);
                    }
                }

                for (int i = 0; i < CLIENTS; i++) {
                    if (i % 5 != 0) {
                        Client patient = clients.get(i);
                        assertThat(patient.outcome.get(20, TimeUnit.SECONDS)).isEqualTo("200 " + patient.target);
                    }
                }
                backend.awaitCancelled(IMPATIENT);
                for (var metrics : List.of(router.metrics(), gateway.metrics())) {
                    while (metric(metrics.scrape(), "isochrone_requests_in_flight ") > 0) {
                        Thread.onSpinWait();
                    }
                    String page = metrics.scrape();
                    assertThat(metric(page, "isochrone_http2_connection_faults_total"))
                            .isZero();
                    assertThat(metric(page, "isochrone_http2_upstream_faults_total"))
                            .isZero();
                    assertThat(metric(page, "isochrone_requests_total{api=\"all\",outcome=\"relayed\""))
                            .isEqualTo(CLIENTS - IMPATIENT);
                    assertThat(metric(page, "isochrone_requests_total{api=\"all\",outcome=\"client_gone\""))
                            .isEqualTo(IMPATIENT);
                }
                assertThat(connections).allMatch(Channel::isActive);
                while (metric(router.metrics().scrape(), "isochrone_node_usable") != 1) {
                    Thread.onSpinWait(); // so many waited for so long that it may be suspect still, until its next
                    // good probe
                }
            } finally {
                router.kill();
                gateway.kill();
            }
        }
    }

    /** One request on a stream of a shared connection. Confined to one event loop but for {@link #cancel} and its outcome. */
    private static final class Client extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final String target;
        private final Channel stream;
        /** Status and body, or how else it ended. */
        private final CompletableFuture<String> outcome = new CompletableFuture<>();

        private final StringBuilder answer = new StringBuilder();

        Client(String target, Channel connection) throws Exception {
            this.target = target;
            this.stream = new Http2StreamChannelBootstrap(connection)
                    .handler(this)
                    .open()
                    .get(10, TimeUnit.SECONDS);
            var head = new DefaultHttp2Headers()
                    .method("GET")
                    .scheme("http")
                    .authority("h")
                    .path(target);
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, true));
        }

        void cancel() {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2StreamFrame frame) {
            if (frame instanceof Http2HeadersFrame head) {
                answer.append(head.headers().status()).append(' ');
            } else if (frame instanceof Http2DataFrame data) {
                answer.append(data.content().toString(StandardCharsets.US_ASCII));
                if (data.isEndStream()) {
                    outcome.complete(answer.toString());
                }
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                outcome.complete(answer + "reset " + reset.errorCode());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            outcome.complete(answer + "closed");
        }
    }
}
