package io.isochrone.bench.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a {@link FaultLink}. Knows HTTP/1.1 as far as to see that a chunk begins a request, and whether it is a probe; over HTTP/2 the faults that
 * need that (503, lying probes) see one request per connection.
 *
 * <p>Confined to one event loop but for {@link #tell}.
 */
final class FaultHandler extends ChannelDuplexHandler {
    private static final String PROBE = "GET /status-";
    private static final int HEAD_BYTES = 15;
    private static final int GARBAGE_BYTES = 300;
    private static final byte[] UNAVAILABLE =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final FaultLink link;
    private final SplittableRandom random;
    private final ArrayDeque<Object> arrived = new ArrayDeque<>();
    private final ArrayDeque<Departure> leaving = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private Fault counted = new Fault.Pass();
    private long requestBytes;
    private long responseBytes;
    private boolean reading;
    private boolean swallowing;
    private boolean dripping;

    FaultHandler(FaultLink link, long seed) {
        this.link = link;
        this.random = new SplittableRandom(seed);
    }

    /** What waits to leave; {@code message} null: a flush. Immutable. */
    private record Departure(
            @Nullable Object message, @Nullable ChannelPromise promise) {}

    /** The fault has changed. Thread-safe. */
    void tell() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            try {
                ctx.executor().execute(() -> changed(ctx));
            } catch (RejectedExecutionException e) {
                // The node was killed with its event loops, which never took this handler out of its pipeline.
                link.remove(this);
            }
        }
    }

    private void changed(ChannelHandlerContext ctx) {
        Fault fault = link.fault();
        if (fault instanceof Fault.Refuse) {
            reset(ctx);
        } else if (!(fault instanceof Fault.Blackhole)) {
            boolean any = !arrived.isEmpty();
            for (Object message = arrived.poll(); message != null; message = arrived.poll()) {
                receive(ctx, message);
            }
            if (any) {
                ctx.fireChannelReadComplete();
            }
            if (!dripping) {
                sendOn(ctx);
            }
            if (reading) {
                reading = false;
                ctx.read();
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        link.add(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (link.fault() instanceof Fault.Refuse) {
            reset(ctx);
        }
        ctx.fireChannelActive();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (link.fault() instanceof Fault.Blackhole) {
            reading = true;
        } else {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (link.fault() instanceof Fault.Blackhole || !arrived.isEmpty()) {
            arrived.add(message);
        } else {
            receive(ctx, message);
        }
    }

    private void receive(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf chunk)) {
            ctx.fireChannelRead(message);
            return;
        }
        Fault fault = count();
        boolean starts = HeadScan.isRequestStart(chunk);
        boolean probe = starts && startsWith(chunk, PROBE);
        if (starts) {
            swallowing = false;
        }
        if (swallowing || starts && isInstead(ctx, fault, probe)) {
            chunk.release();
            return;
        }
        if (fault instanceof Fault.ResetAfter after && after.direction() == Fault.Direction.REQUEST) {
            requestBytes += chunk.readableBytes();
            if (requestBytes >= after.bytes()) {
                chunk.release();
                reset(ctx);
                return;
            }
        }
        ctx.fireChannelRead(chunk);
    }

    /** Does what is done instead of passing a request on; returns whether anything was. */
    private boolean isInstead(ChannelHandlerContext ctx, Fault fault, boolean probe) {
        if (fault instanceof Fault.Unavailable unavailable && !probe && random.nextDouble() < unavailable.share()) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(UNAVAILABLE));
        } else if (fault instanceof Fault.ProbesLie lie && lie.well() != probe) {
            reset(ctx);
        } else if (fault instanceof Fault.Garbage) {
            byte[] noise = new byte[GARBAGE_BYTES];
            random.nextBytes(noise);
            noise[0] = 0x16;
            ctx.writeAndFlush(Unpooled.wrappedBuffer(noise));
            ctx.close();
        } else if (fault instanceof Fault.HalfClose) {
            if (ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        } else {
            return false;
        }
        swallowing = true;
        return true;
    }

    private Fault count() {
        Fault fault = link.fault();
        if (fault != counted) {
            counted = fault;
            requestBytes = 0;
            responseBytes = 0;
        }
        return fault;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        Fault fault = count();
        if (fault instanceof Fault.Blackhole || fault instanceof Fault.Drip || !leaving.isEmpty()) {
            leaving.add(new Departure(message, promise));
            if (fault instanceof Fault.Drip drip && !dripping) {
                dripping = true;
                drip(ctx, drip);
            }
        } else if (message instanceof ByteBuf chunk && cutAfter(fault, chunk) >= 0) {
            int passes = cutAfter(fault, chunk);
            boolean orderly = fault instanceof Fault.Truncate;
            ctx.writeAndFlush(chunk.readSlice(passes).retain());
            chunk.release();
            promise.tryFailure(new ClosedChannelException());
            if (orderly) {
                ctx.close();
            } else {
                reset(ctx);
            }
        } else {
            if (message instanceof ByteBuf chunk) {
                responseBytes += chunk.readableBytes();
            }
            ctx.write(message, promise);
        }
    }

    /** How many bytes of a response chunk pass before the connection is cut, or -1 when it is not. */
    private int cutAfter(Fault fault, ByteBuf chunk) {
        if (fault instanceof Fault.ResetWithin within) {
            int head = headEnd(chunk);
            if (within.part() == Fault.Part.HEAD) {
                return chunk.toString(
                                        chunk.readerIndex(),
                                        Math.min(5, chunk.readableBytes()),
                                        StandardCharsets.US_ASCII)
                                .equals("HTTP/")
                        ? Math.min(HEAD_BYTES, chunk.readableBytes())
                        : -1;
            }
            // A head that leaves without its body passes; the body's first chunk is cut.
            int body = head < 0 ? 0 : head;
            return body == chunk.readableBytes() ? -1 : body + (chunk.readableBytes() - body) / 2;
        }
        long most = fault instanceof Fault.Truncate truncate
                ? truncate.bytes()
                : fault instanceof Fault.ResetAfter after && after.direction() == Fault.Direction.RESPONSE
                        ? after.bytes()
                        : Long.MAX_VALUE;
        return responseBytes + chunk.readableBytes() >= most ? (int) Math.max(0, most - responseBytes) : -1;
    }

    /** Bytes until behind the first empty line; -1 when there is none. */
    private static int headEnd(ByteBuf chunk) {
        int end = chunk.writerIndex() - 3;
        for (int i = chunk.readerIndex(); i < end; i++) {
            if (chunk.getInt(i) == 0x0d0a0d0a) {
                return i + 4 - chunk.readerIndex();
            }
        }
        return -1;
    }

    private void drip(ChannelHandlerContext ctx, Fault.Drip drip) {
        if (!link.fault().equals(drip)) {
            dripping = false;
            sendOn(ctx);
            return;
        }
        Departure first = leaving.peek();
        if (first == null) {
            dripping = false;
            return;
        }
        if (first.message() instanceof ByteBuf chunk && chunk.readableBytes() > 1) {
            ctx.writeAndFlush(chunk.readRetainedSlice(1));
        } else {
            leaving.poll();
            send(ctx, first);
            ctx.flush();
        }
        ctx.executor().schedule(() -> drip(ctx, drip), drip.every().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sendOn(ChannelHandlerContext ctx) {
        if (leaving.isEmpty()) {
            return;
        }
        for (Departure next = leaving.poll(); next != null; next = leaving.poll()) {
            send(ctx, next);
        }
        ctx.flush();
    }

    private static void send(ChannelHandlerContext ctx, Departure departure) {
        if (departure.message() != null && departure.promise() != null) {
            ctx.write(departure.message(), departure.promise());
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (leaving.isEmpty()) {
            ctx.flush();
        }
    }

    private void reset(ChannelHandlerContext ctx) {
        swallowing = true;
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        link.remove(this);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        link.remove(this);
        for (Object message = arrived.poll(); message != null; message = arrived.poll()) {
            ReferenceCountUtil.release(message);
        }
        for (Departure next = leaving.poll(); next != null; next = leaving.poll()) {
            ReferenceCountUtil.release(next.message());
            if (next.promise() != null) {
                next.promise().tryFailure(new ClosedChannelException());
            }
        }
    }

    private static boolean startsWith(ByteBuf chunk, String text) {
        if (chunk.readableBytes() < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (chunk.getByte(chunk.readerIndex() + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
