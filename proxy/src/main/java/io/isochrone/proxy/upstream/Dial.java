package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Addresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connect to an endpoint that may have several addresses: they are tried one after the other, the next when one refuses or has not answered
 * after a while, and the first that takes the connection is used (RFC 8305 §5). What was slower, or refused, is doubted.
 *
 * <p>All of it together takes no longer than one connect may. An endpoint whose name was never answered is waited for that long; with no
 * address at all it fails with {@link UnknownHostException}.
 *
 * <p>Confined to one event loop.
 */
public final class Dial {
    /** Hears once what became of it, perhaps before {@link #begin} returns. */
    public interface Arrival {
        /** Connected; {@link #replace} puts the first handler in the channel's pipeline. */
        void connected(Channel channel);

        /** Nobody takes a connection; the cause is that of the address that was given up last. */
        void failed(Throwable cause);
    }

    /** An address that does not answer for so long is given company (RFC 8305 §8). */
    private static final int STAGGER_MILLIS = 250;

    private static final int MAX_TRIES = 4;

    /** A connect under way. Immutable. */
    private record Try(InetSocketAddress address, ChannelFuture connecting) {}

    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final Addresses addresses;
    private final Arrival arrival;
    private final int timeoutMillis;
    private final long beganNanos;
    private final List<Try> trying = new ArrayList<>(1);
    private List<InetSocketAddress> order = List.of();
    private int tried;
    private boolean over;
    private @Nullable ScheduledFuture<?> timer;

    private Dial(Bootstrap bootstrap, EventLoop loop, Addresses addresses, int timeoutMillis, Arrival arrival) {
        this.bootstrap = bootstrap;
        this.loop = loop;
        this.addresses = addresses;
        this.timeoutMillis = timeoutMillis;
        this.arrival = arrival;
        this.beganNanos = loop.ticker().nanoTime();
    }

    /** What connects of one event loop begin with. */
    public static Bootstrap bootstrap(EventLoop loop, Class<? extends Channel> channel) {
        return new Bootstrap().group(loop).channel(channel).disableResolver().handler(Connecting.INSTANCE);
    }

    /** Begins. */
    public static Dial begin(
            Bootstrap bootstrap, EventLoop loop, Addresses addresses, int timeoutMillis, Arrival arrival) {
        assert loop.inEventLoop();
        Dial dial = new Dial(bootstrap, loop, addresses, timeoutMillis, arrival);
        dial.start();
        return dial;
    }

    /** Puts the first handler in the pipeline of a channel that has just been connected. */
    public static void replace(Channel channel, ChannelHandler by) {
        channel.pipeline().replace(Connecting.INSTANCE, null, by);
    }

    /** Gives it up: nobody hears of it any more. */
    public void cancel() {
        over = true;
        stopTimer();
        for (Try each : trying) {
            each.connecting.channel().close();
        }
        trying.clear();
    }

    private void start() {
        order = addresses.inOrder();
        if (!order.isEmpty()) {
            next();
        } else if (addresses.isAwaited()) {
            timer = loop.schedule(this::nobody, timeoutMillis, TimeUnit.MILLISECONDS);
            addresses.onFirst(() -> loop.execute(this::answered));
        } else {
            nobody();
        }
    }

    private void answered() {
        if (over) {
            return;
        }
        stopTimer();
        order = addresses.inOrder();
        if (order.isEmpty()) {
            nobody();
        } else {
            next();
        }
    }

    private void nobody() {
        if (!over) {
            over = true;
            arrival.failed(new UnknownHostException("no address is known"));
        }
    }

    private boolean hasNext() {
        return tried < order.size() && tried < MAX_TRIES;
    }

    private void next() {
        InetSocketAddress address = order.get(tried++);
        long pastMillis = TimeUnit.NANOSECONDS.toMillis(loop.ticker().nanoTime() - beganNanos);
        ChannelFuture connecting = bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, timeoutMillis - pastMillis))
                .connect(address);
        Try now = new Try(address, connecting);
        trying.add(now);
        if (connecting.isDone()) {
            ended(now);
            return;
        }
        if (hasNext()) {
            timer = loop.schedule(
                    this::late, Math.min(STAGGER_MILLIS, timeoutMillis / order.size()), TimeUnit.MILLISECONDS);
        }
        connecting.addListener(done -> ended(now));
    }

    private void late() {
        if (!over && hasNext()) {
            next();
        }
    }

    private void ended(Try ended) {
        if (over) {
            if (ended.connecting.isSuccess()) {
                ended.connecting.channel().close();
            }
            return;
        }
        trying.remove(ended);
        Throwable cause = ended.connecting.cause();
        if (cause == null) {
            stopTimer();
            over = true;
            for (Try slower : trying) {
                addresses.doubt(slower.address);
                slower.connecting.channel().close();
            }
            trying.clear();
            arrival.connected(ended.connecting.channel());
            return;
        }
        addresses.doubt(ended.address);
        if (hasNext()) {
            stopTimer();
            next();
        } else if (trying.isEmpty()) {
            stopTimer();
            over = true;
            arrival.failed(cause);
        }
    }

    private void stopTimer() {
        ScheduledFuture<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }
}
