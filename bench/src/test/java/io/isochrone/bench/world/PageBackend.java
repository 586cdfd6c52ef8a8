package io.isochrone.bench.world;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A web server with a page that tries what browsers do: {@code /} the page, {@code /item} short answers, {@code /upload} tells how
 * many bytes it got, {@code /events} three server-sent events, one each 50 ms, {@code /socket} a WebSocket that sends back what it
 * gets. Thread-safe: no state but its sockets.
 */
final class PageBackend implements AutoCloseable {
    private static final int MAX_BODY = 1 << 20;
    private static final int EVENTS = 3;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;

    private PageBackend(byte[] page) throws InterruptedException {
        channel = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_BODY),
                                        new WebSocketServerProtocolHandler("/socket"),
                                        new Echo(),
                                        new Pages(page));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    static PageBackend start() throws IOException, InterruptedException {
        try (InputStream in = Objects.requireNonNull(PageBackend.class.getResourceAsStream("browser.html"))) {
            return new PageBackend(in.readAllBytes());
        }
    }

    int port() {
        return ((java.net.InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            String text = frame.content().toString(StandardCharsets.UTF_8);
            ctx.writeAndFlush(new TextWebSocketFrame("echo " + text));
        }
    }

    private static final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final byte[] page;

        Pages(byte[] page) {
            this.page = page;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            String path = request.uri().replaceFirst("\\?.*", "");
            switch (path) {
                case "/" -> answer(ctx, "text/html; charset=utf-8", Unpooled.wrappedBuffer(page));
                case "/item" ->
                    answer(ctx, "text/plain", Unpooled.wrappedBuffer("item".getBytes(StandardCharsets.US_ASCII)));
                case "/upload" ->
                    answer(
                            ctx,
                            "text/plain",
                            Unpooled.wrappedBuffer(
                                    Integer.toString(request.content().readableBytes())
                                            .getBytes(StandardCharsets.US_ASCII)));
                case "/events" -> {
                    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                    head.headers().set("Content-Type", "text/event-stream");
                    HttpUtil.setTransferEncodingChunked(head, true);
                    ctx.writeAndFlush(head);
                    event(ctx, 1);
                }
                default -> {
                    DefaultFullHttpResponse none =
                            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
                    HttpUtil.setContentLength(none, 0);
                    ctx.writeAndFlush(none);
                }
            }
        }

        private static void event(ChannelHandlerContext ctx, int number) {
            ByteBuf text = Unpooled.wrappedBuffer(("data: " + number + "\n\n").getBytes(StandardCharsets.US_ASCII));
            ctx.writeAndFlush(new DefaultHttpContent(text));
            if (number == EVENTS) {
                ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
            } else {
                ctx.executor().schedule(() -> event(ctx, number + 1), 50, TimeUnit.MILLISECONDS);
            }
        }

        private static void answer(ChannelHandlerContext ctx, String type, ByteBuf body) {
            DefaultFullHttpResponse answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            answer.headers().set("Content-Type", type);
            HttpUtil.setContentLength(answer, body.readableBytes());
            ctx.writeAndFlush(answer);
        }
    }
}
