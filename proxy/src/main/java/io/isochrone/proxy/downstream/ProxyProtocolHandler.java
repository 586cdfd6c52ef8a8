package io.isochrone.proxy.downstream;

import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.proxy.client.ProxyHeader;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection from a load balancer until its PROXY protocol header is there; then the handlers of a client with the address that the
 * header names take its place. Nothing is guessed: without a good header in time the connection is closed.
 *
 * <p>Confined to one event loop.
 */
final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter implements ClientConnection {
    private final LoopState loop;
    private final Channel channel;
    private final InetSocketAddress remote;
    private final long deadlineNanos;
    private final Consumer<InetSocketAddress> next;
    private @Nullable ByteBuf in;
    private int needed = 1;
    private boolean ended;

    /**
     * @param remote the other end of the socket
     * @param next adds the handlers of a client with this address, at the end of the pipeline, or closes the channel
     */
    ProxyProtocolHandler(
            LoopState loop,
            Channel channel,
            InetSocketAddress remote,
            ProxyProtocol settings,
            Consumer<InetSocketAddress> next) {
        this.loop = loop;
        this.channel = channel;
        this.remote = remote;
        this.deadlineNanos = loop.now() + settings.timeout().toNanos();
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        loop.add(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (ended) {
            bytes.release();
            return;
        }
        ByteBuf all = in == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, bytes);
        in = all;
        if (all.readableBytes() < needed) {
            return;
        }
        byte[] begin = new byte[Math.min(all.readableBytes(), ProxyHeader.MAX_BYTES)];
        all.getBytes(all.readerIndex(), begin);
        ProxyHeader header = ProxyHeader.parse(begin, begin.length);
        switch (header.status()) {
            case PARTIAL -> needed = header.length();
            case BROKEN -> refuse(Objects.requireNonNull(header.fault()), header.problem());
            case LOCAL, PROXIED -> goOn(ctx, all, header);
        }
    }

    private void goOn(ChannelHandlerContext ctx, ByteBuf all, ProxyHeader header) {
        ended = true;
        in = null;
        all.skipBytes(header.length());
        next.accept(client(header));
        loop.remove(this); // after the next handler is counted, so that the connection stays counted
        ctx.pipeline().remove(this);
        if (all.isReadable()) {
            ctx.fireChannelRead(all);
        } else {
            all.release();
        }
    }

    private InetSocketAddress client(ProxyHeader header) {
        ProxyHeader.Ends ends = header.ends();
        if (ends == null) {
            return remote;
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ends.source()), ends.sourcePort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    private void refuse(ProxyProtocolFault fault, String problem) {
        ended = true;
        loop.proxyProtocolFault(fault, remote, problem);
        dropInput();
        channel.close();
    }

    private void dropInput() {
        ByteBuf rest = in;
        in = null;
        if (rest != null) {
            rest.release();
        }
    }

    /** A connection that ends without a byte is no fault: load balancers check so whether somebody listens. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!ended && in != null) {
            loop.proxyProtocolFault(
                    ProxyProtocolFault.TRUNCATED, remote, "the other side closed the connection within the header");
        }
        ended = true;
        loop.remove(this);
        dropInput();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public void sweep(long nowNanos) {
        if (!ended && nowNanos - deadlineNanos >= 0) {
            refuse(ProxyProtocolFault.TIMED_OUT, "no whole PROXY header in time");
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
        ended = true;
        dropInput();
        channel.close();
    }
}
