package io.isochrone.bench.world;

import io.isochrone.bench.fault.HeadScan;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the distance between a client and a region into a loopback connection: what is read and what is written arrives later by
 * half the round trip each, in order. Stands first in the pipeline, below every codec.
 *
 * <p>The connection is shared by clients one after another, so each chunk that begins a request sets the distance anew from its
 * X-Forwarded-For; chunks of a body keep it. A head that is split over chunks before that field keeps the router's distance:
 * heads of one segment are what the world's load sends.
 *
 * <p>At most {@value #HIGH_BYTES} bytes travel in each direction: beyond, reading pauses and the channel reports itself
 * unwritable until the rest is half of it.
 *
 * <p>Confined to one event loop.
 */
public final class WanDelayHandler extends ChannelDuplexHandler {
    static final int HIGH_BYTES = 4 << 20;
    private static final int LOW_BYTES = HIGH_BYTES / 2;
    private static final int WRITABILITY_INDEX = 7;

    private final ClientDelay delay;
    private final DoubleSupplier times;
    private final ArrayDeque<Arrival> inbound = new ArrayDeque<>();
    private final ArrayDeque<Departure> outbound = new ArrayDeque<>();
    private long oneWayNanos;
    private long inboundBytes;
    private long outboundBytes;
    private boolean inboundTimer;
    private boolean outboundTimer;
    private boolean demanded;
    private boolean readPaused;
    private boolean unwritable;
    private boolean delivering;

    /** Run when the loop ends; null while the handler is in no pipeline. */
    private @Nullable Runnable atLoopEnd;

    public WanDelayHandler(ClientDelay delay) {
        this(delay, () -> 1);
    }

    /** {@code times} as long as the distance says, which may change while connections are open. */
    public WanDelayHandler(ClientDelay delay, DoubleSupplier times) {
        this.delay = delay;
        this.times = times;
        this.oneWayNanos = delay.routerNanos();
    }

    /** What travels towards the region. Immutable. */
    private record Arrival(long dueNanos, Object message, int bytes) {}

    /** What travels towards the client; {@code message} null: a flush. Immutable. */
    private record Departure(
            long dueNanos,
            @Nullable Object message,
            int bytes,
            @Nullable ChannelPromise promise) {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        int bytes = 0;
        if (message instanceof ByteBuf chunk) {
            bytes = chunk.readableBytes();
            if (HeadScan.isRequestStart(chunk)) {
                String client = HeadScan.forwardedFor(chunk);
                oneWayNanos = client == null ? delay.routerNanos() : delay.oneWayNanos(client);
            }
        }
        Arrival last = inbound.peekLast();
        long due = now(ctx) + (long) (oneWayNanos * times.getAsDouble());
        if (last != null && last.dueNanos - due > 0) {
            due = last.dueNanos;
        }
        inbound.add(new Arrival(due, message, bytes));
        inboundBytes += bytes;
        deliver(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (inbound.isEmpty()) {
            ctx.fireChannelReadComplete();
        }
        readAhead(ctx);
    }

    /** Reading goes on under way, as on a real path, until the bound; delivery waits for the reader's demand. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        demanded = true;
        deliver(ctx);
        readAhead(ctx);
    }

    private void readAhead(ChannelHandlerContext ctx) {
        readPaused = inboundBytes >= HIGH_BYTES;
        if (!readPaused) {
            ctx.read();
        }
    }

    private void deliver(ChannelHandlerContext ctx) {
        if (delivering) {
            return;
        }
        delivering = true;
        boolean any = false;
        for (Arrival next = inbound.peek();
                next != null && next.dueNanos - now(ctx) <= 0 && mayDeliver(ctx);
                next = inbound.peek()) {
            inbound.poll();
            inboundBytes -= next.bytes;
            any = true;
            ctx.fireChannelRead(next.message);
        }
        delivering = false;
        if (any) {
            demanded = false;
            ctx.fireChannelReadComplete();
            if (readPaused && inboundBytes <= LOW_BYTES) {
                readAhead(ctx);
            }
        }
        Arrival waiting = inbound.peek();
        if (waiting != null && !inboundTimer && mayDeliver(ctx)) {
            inboundTimer = true;
            schedule(ctx, waiting.dueNanos, () -> {
                inboundTimer = false;
                deliver(ctx);
            });
        }
    }

    private boolean mayDeliver(ChannelHandlerContext ctx) {
        return demanded || ctx.channel().config().isAutoRead();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!ctx.channel().isActive()) {
            // Fails at once and releases; a queue of a dead channel would keep the message when its loop ends.
            ctx.write(message, promise);
            return;
        }
        int bytes = message instanceof ByteBuf chunk ? chunk.readableBytes() : 0;
        depart(ctx, new Departure(departureDue(ctx), message, bytes, promise));
        outboundBytes += bytes;
        if (!unwritable && outboundBytes >= HIGH_BYTES) {
            setUnwritable(ctx, true);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        depart(ctx, new Departure(departureDue(ctx), null, 0, null));
    }

    /** Closing waits for what was written before, and is not delayed itself: an idle connection closes at once. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (outbound.isEmpty()) {
            ctx.close(promise);
        } else {
            depart(ctx, new Departure(departureDue(ctx), null, 0, promise));
        }
    }

    private long departureDue(ChannelHandlerContext ctx) {
        long due = now(ctx) + (long) (oneWayNanos * times.getAsDouble());
        Departure last = outbound.peekLast();
        return last != null && last.dueNanos - due > 0 ? last.dueNanos : due;
    }

    private void depart(ChannelHandlerContext ctx, Departure departure) {
        outbound.add(departure);
        if (!outboundTimer) {
            send(ctx);
        }
    }

    private void send(ChannelHandlerContext ctx) {
        for (Departure next = outbound.peek(); next != null; next = outbound.peek()) {
            if (next.dueNanos - now(ctx) > 0) {
                outboundTimer = true;
                schedule(ctx, next.dueNanos, () -> {
                    outboundTimer = false;
                    send(ctx);
                });
                return;
            }
            outbound.poll();
            outboundBytes -= next.bytes;
            if (next.message != null && next.promise != null) {
                ctx.write(next.message, next.promise);
            } else if (next.promise != null) {
                ctx.close(next.promise);
            } else {
                ctx.flush();
            }
            if (unwritable && outboundBytes <= LOW_BYTES) {
                setUnwritable(ctx, false);
            }
        }
    }

    private void setUnwritable(ChannelHandlerContext ctx, boolean value) {
        unwritable = value;
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        if (buffer != null) {
            buffer.setUserDefinedWritability(WRITABILITY_INDEX, !value);
        }
    }

    /** The end of the client's side comes after everything that it sent. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (Arrival next = inbound.poll(); next != null; next = inbound.poll()) {
            ctx.fireChannelRead(next.message);
        }
        inboundBytes = 0;
        dropDepartures(ctx);
        ctx.fireChannelInactive();
    }

    /**
     * A loop that is told to end between two of its steps forgets its channels without closing them, and its timers never run: what
     * travels then would never be released.
     */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.executor() instanceof SingleThreadEventExecutor loop) {
            Runnable drop = () -> dropAll(ctx);
            atLoopEnd = drop;
            loop.addShutdownHook(drop);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Runnable drop = atLoopEnd;
        atLoopEnd = null;
        if (drop != null && ctx.executor() instanceof SingleThreadEventExecutor loop) {
            loop.removeShutdownHook(drop);
        }
        dropAll(ctx);
    }

    private void dropAll(ChannelHandlerContext ctx) {
        for (Arrival next = inbound.poll(); next != null; next = inbound.poll()) {
            ReferenceCountUtil.release(next.message);
        }
        inboundBytes = 0;
        dropDepartures(ctx);
    }

    private void dropDepartures(ChannelHandlerContext ctx) {
        for (Departure next = outbound.poll(); next != null; next = outbound.poll()) {
            ReferenceCountUtil.release(next.message);
            if (next.promise == null) {
                continue;
            }
            if (next.message == null) {
                ctx.close(next.promise);
            } else {
                next.promise.tryFailure(new java.nio.channels.ClosedChannelException());
            }
        }
        outboundBytes = 0;
    }

    private static long now(ChannelHandlerContext ctx) {
        return ctx.executor().ticker().nanoTime();
    }

    private static void schedule(ChannelHandlerContext ctx, long dueNanos, Runnable task) {
        ctx.executor().schedule(task, Math.max(0, dueNanos - now(ctx)), TimeUnit.NANOSECONDS);
    }
}
