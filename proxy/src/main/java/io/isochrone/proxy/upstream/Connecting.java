package io.isochrone.proxy.upstream;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands in a channel that is being connected. What goes wrong there is told by the connect's future, or by its timeout; that epoll
 * found something to read before is an exception besides, which nobody needs.
 *
 * <p>Thread-safe: no state.
 */
@Sharable
final class Connecting extends ChannelInboundHandlerAdapter {
    static final Connecting INSTANCE = new Connecting();

    private Connecting() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Not the end of the connect: epoll reports a hang-up of a socket whose connect has only begun. Closing would
        // look like a refusal.
    }
}
