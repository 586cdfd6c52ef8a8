package io.isochrone.proxy.downstream;

import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.tls.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;

/**
 * A client's connection until its TLS handshake is done; then the handler of the protocol that was agreed on takes its place: HTTP/2
 * if ALPN said so (RFC 9113 §3.2), otherwise HTTP/1.
 *
 * <p>Confined to one event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final String PLAIN_TEXT_BODY =
            "{\"statusCode\":400,\"message\":\"Plain HTTP was sent to a port that speaks TLS; use https\"}";
    private static final byte[] PLAIN_TEXT_ANSWER = ("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + PLAIN_TEXT_BODY.length() + "\r\nConnection: close\r\n\r\n" + PLAIN_TEXT_BODY)
            .getBytes(StandardCharsets.US_ASCII);

    private final LoopState loop;
    private final Channel channel;
    private final Peer peer;
    private final long deadlineNanos;
    private boolean ended;

    TlsHandshake(LoopState loop, Channel channel, Peer peer, ServerTls tls) {
        this.loop = loop;
        this.channel = channel;
        this.peer = peer;
        this.deadlineNanos = loop.now() + tls.settings().handshakeTimeout().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        loop.add(this);
        loop.handshakes(1);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion)) {
            return;
        }
        if (completion.isSuccess()) {
            ended(HandshakeResult.COMPLETED);
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                H2Downstream.take(this, channel, loop, peer);
            } else {
                DownstreamConnection connection = new DownstreamConnection(loop, channel, peer, false);
                loop.replace(this, connection);
                ctx.pipeline().replace(this, null, connection);
            }
        } else if (completion.cause() instanceof NotSslRecordException) {
            answerPlainText(ctx); // the connection is closed as soon as this returns
        }
    }

    private void ended(HandshakeResult result) {
        if (!ended) {
            ended = true;
            loop.handshakes(-1);
            loop.context().observer().handshake(result);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ended(HandshakeResult.FAILED);
        ctx.close();
    }

    /** Whoever typed http for https can read why it did not work; anything else gets the same bytes and the end. */
    private void answerPlainText(ChannelHandlerContext ctx) {
        if (!ended) {
            ended(HandshakeResult.PLAIN_TEXT);
            ByteBuf answer = Unpooled.wrappedBuffer(PLAIN_TEXT_ANSWER);
            // from the pipeline's first handler on, so that it is not encrypted
            ctx.pipeline().firstContext().writeAndFlush(answer);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended(HandshakeResult.FAILED);
        loop.remove(this);
    }

    @Override
    public void sweep(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0) {
            ended(HandshakeResult.TIMED_OUT);
            channel.close();
        }
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    @Override
    public void close() {
        channel.close();
    }
}
