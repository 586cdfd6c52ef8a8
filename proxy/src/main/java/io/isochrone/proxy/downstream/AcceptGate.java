package io.isochrone.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts no further connection while there may be no room for one and {@value #MOST_UNDECIDED} that were accepted wait for their event loop to
 * take them or to close them. Each has a file descriptor, and the bound of connections knows nothing of it before its loop looks: a loop that accepts
 * faster than another decides would use up those that are kept for probes, operators and upstreams. Who waits meanwhile waits in the
 * kernel's queue, without one.
 *
 * <p>Thread-safe: the listener's loop counts up and stops; whichever loop decides counts down, and lets it go on.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    static final int MOST_UNDECIDED = 32;

    private final IntSupplier room;
    private final AtomicInteger undecided = new AtomicInteger();
    private volatile boolean stopped;
    private volatile @Nullable Channel listener;

    /** @param room how many connections more there may be than are counted now */
    AcceptGate(IntSupplier room) {
        this.room = room;
    }

    /** A connection that was accepted is counted from now on, or closed. */
    void decided() {
        int left = undecided.decrementAndGet();
        if (stopped && left <= MOST_UNDECIDED / 2) {
            goOnSoon();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        listener = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        int all = undecided.incrementAndGet();
        if (all >= MOST_UNDECIDED && all >= room.getAsInt()) {
            stopped = true;
            ctx.channel().config().setAutoRead(false);
            if (undecided.get() <= MOST_UNDECIDED / 2) { // all decided before they could know
                goOnSoon();
            }
        }
        ctx.fireChannelRead(accepted);
    }

    private void goOnSoon() {
        Channel channel = listener;
        if (channel == null) {
            return; // nothing was accepted
        }
        channel.eventLoop().execute(() -> {
            if (stopped && channel.isActive()) {
                stopped = false;
                channel.config().setAutoRead(true);
            }
        });
    }
}
