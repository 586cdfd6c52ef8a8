package io.isochrone.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ways to end a client's connection that are right with and without TLS. On the connection's loop. Thread-safe: no state. */
final class Ending {
    private Ending() {}

    /** Ends our side after everything that was flushed: close_notify first where there is TLS (RFC 8446 §6.1). */
    static void shutdownOutput(Channel channel) {
        if (!channel.isActive()) {
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdown(channel);
        } else {
            tls.closeOutbound().addListener(sent -> shutdown(channel));
        }
    }

    private static void shutdown(Channel channel) {
        if (channel.isActive() && channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /**
     * Ends the connection so that the client sees that something is missing, though no length says so: by a reset, and without the
     * close_notify that would promise a whole message.
     */
    static void cut(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        if (channel.pipeline().get(SslHandler.class) == null) {
            channel.close();
        } else {
            channel.pipeline().firstContext().close();
        }
    }
}
