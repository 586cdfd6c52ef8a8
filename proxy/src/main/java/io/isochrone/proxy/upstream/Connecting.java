package io.isochrone.proxy.upstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands in a channel that is being connected. What goes wrong there is told by the connect's future; a refusal that epoll reports as
 * something to read is an exception besides, which nobody needs.
 *
 * <p>Thread-safe: no state.
 */
@Sharable
final class Connecting extends ChannelInboundHandlerAdapter {
    static final Connecting INSTANCE = new Connecting();

    private Connecting() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
