package io.isochrone.proxy.downstream;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * Makes room for a client's connection when there are as many as there may be: the one that has waited longest for its next request
 * is closed, of the new one's own loop first, then of the others, which are asked one after another. Keep-alive is a favour to
 * clients that may come back, and a client that is here comes first.
 *
 * <p>A connection is not read while it waits; how many do is bounded by {@link AcceptGate}.
 *
 * <p>Thread-safe: each step runs on the loop that it looks at.
 */
final class Room {
    private final List<LoopState> loops;

    Room(List<LoopState> loops) {
        this.loops = List.copyOf(loops);
    }

    /** Calls {@code admit} or {@code refuse} on the channel's loop, which {@code own} is, now or later, unless the channel ends before; then {@code over}. */
    void make(Channel channel, LoopState own, Runnable admit, Runnable refuse, Runnable over) {
        if (own.closeOldestIdle()) {
            admit.run();
            over.run();
        } else {
            channel.config().setAutoRead(false);
            ask(loops.iterator(), channel, own, admit, refuse, over);
        }
    }

    private void ask(
            Iterator<LoopState> others,
            Channel channel,
            LoopState own,
            Runnable admit,
            Runnable refuse,
            Runnable over) {
        LoopState other = others.hasNext() ? others.next() : null;
        if (other == own) {
            other = others.hasNext() ? others.next() : null;
        }
        if (other == null) {
            refuse.run();
            over.run();
            return;
        }
        LoopState asked = other;
        Runnable look = () -> {
            boolean made = asked.closeOldestIdle();
            Runnable next = () -> {
                if (!made) {
                    ask(others, channel, own, admit, refuse, over);
                    return;
                }
                if (channel.isActive()) { // or it has left meanwhile, and nobody would see it go
                    admit.run();
                    channel.config().setAutoRead(true);
                }
                over.run();
            };
            execute(own, next, channel, over);
        };
        execute(asked, look, channel, over);
    }

    /** A loop that ends takes no tasks, and its channels end with it. */
    private static void execute(LoopState on, Runnable task, Channel channel, Runnable over) {
        try {
            on.loop().execute(task);
        } catch (RejectedExecutionException e) {
            channel.close();
            over.run();
        }
    }
}
