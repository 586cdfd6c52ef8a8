package io.isochrone.proxy.codec;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/** Connections whose two directions end apart from each other, with and without TLS. On the connection's loop. Thread-safe: no state. */
public final class HalfClose {
    private HalfClose() {}

    /** Keeps the connection when the other side ends its direction; {@link #isEndOfInput} tells of that then. */
    public static void allow(Channel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Whether a pipeline's event says that the other side has ended its direction properly. */
    public static boolean isEndOfInput(Object event) {
        return event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent end && end.isSuccess();
    }

    /** Ends our direction after everything that was flushed: close_notify first where there is TLS (RFC 8446 §6.1). */
    public static void shutdownOutput(Channel channel) {
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

    /** Lets the next close be a reset, which nobody takes for a proper end. */
    public static void resetOnClose(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }

    /**
     * Ends the connection so that the other side sees that something is missing, though no length says so: by a reset, and without
     * the close_notify that would promise a whole message.
     */
    public static void cut(Channel channel) {
        resetOnClose(channel);
        if (channel.pipeline().get(SslHandler.class) == null) {
            channel.close();
        } else {
            channel.pipeline().firstContext().close();
        }
    }
}
