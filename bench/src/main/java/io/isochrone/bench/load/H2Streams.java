package io.isochrone.bench.load;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of a load run: each request is a stream of the connection with the fewest. There are {@value #CONNECTIONS}, and more while all of them carry {@value
 * #MOST_STREAMS} streams; one that takes leave (GOAWAY) or ends is replaced.
 *
 * <p>Confined to one event loop.
 */
final class H2Streams {
    private static final int CONNECTIONS = 4;
    private static final int MOST_STREAMS = 100;
    private static final int MOST_CONNECTIONS = 64;
    private static final int CONNECT_MILLIS = 5000;

    private final LoadRun run;
    private final Bootstrap bootstrap;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<LoadRequest> waiting = new ArrayDeque<>();
    private int connecting;

    H2Streams(LoadRun run, Transport transport, EventLoop loop, HostPort target) {
        this.run = run;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.socketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress(new InetSocketAddress(target.host(), target.port()));
    }

    /** Sends a request when a stream is free for it. */
    void send(LoadRequest request) {
        waiting.add(request);
        sendWaiting();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty()) {
            Connection best = best();
            boolean full = best == null || best.streams >= MOST_STREAMS;
            if ((full || connections.size() < CONNECTIONS)
                    && connecting == 0
                    && connections.size() < MOST_CONNECTIONS) {
                connect();
            }
            if (best == null || full) {
                return;
            }
            LoadRequest next = waiting.poll();
            if (next != null && !next.ended) {
                open(best, next);
            }
        }
    }

    private @Nullable Connection best() {
        Connection best = null;
        for (Connection connection : connections) {
            if (best == null || connection.streams < best.streams) {
                best = connection;
            }
        }
        return best;
    }

    private void open(Connection connection, LoadRequest request) {
        connection.streams++;
        new Http2StreamChannelBootstrap(connection.channel)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(new Http2StreamFrameToHttpObjectCodec(false), new LoadConnection(run));
                    }
                })
                .open()
                .addListener((Future<Http2StreamChannel> opened) -> {
                    if (!opened.isSuccess()) {
                        ended(connection);
                        run.ended(request, LoadFailure.CLOSED);
                        return;
                    }
                    Http2StreamChannel stream = opened.getNow();
                    stream.closeFuture().addListener(closed -> ended(connection));
                    run.write(stream, request);
                });
    }

    private void ended(Connection connection) {
        connection.streams--;
        if (connection.leaving && connection.streams == 0) {
            connection.channel.close();
        }
        sendWaiting();
    }

    private void connect() {
        connecting++;
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient().build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                                        new Connection(channel));
                    }
                })
                .connect()
                .addListener((ChannelFuture opened) -> {
                    connecting--;
                    if (opened.isSuccess()) {
                        connections.add(opened.channel().pipeline().get(Connection.class));
                    } else if (connections.isEmpty()) {
                        boolean refused = opened.cause() instanceof ConnectException;
                        waiting.forEach(request ->
                                run.ended(request, refused ? LoadFailure.CONNECT_REFUSED : LoadFailure.CONNECT_FAILED));
                        waiting.clear();
                    }
                    sendWaiting();
                });
    }

    /** Closes every connection. */
    void close() {
        waiting.clear();
        List.copyOf(connections).forEach(connection -> connection.channel.close());
    }

    /** One connection. Confined to one event loop. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private int streams;
        private boolean leaving;

        Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2GoAwayFrame) {
                leaving = true;
                connections.remove(this);
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connections.remove(this);
            ctx.fireChannelInactive();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
