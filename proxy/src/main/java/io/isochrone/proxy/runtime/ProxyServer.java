package io.isochrone.proxy.runtime;

import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.downstream.Listener;
import io.isochrone.proxy.downstream.LoopState;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A running proxy: one listener and everything behind it. Thread-safe. */
public final class ProxyServer {
    private static final int DRAIN_CHECK_MILLIS = 50;

    private final Channel listener;
    private final List<LoopState> loops;
    private final AtomicInteger connections;
    private final MemoryPressure memory;
    private final int port;

    private ProxyServer(Channel listener, List<LoopState> loops, AtomicInteger connections, MemoryPressure memory) {
        this.listener = listener;
        this.loops = loops;
        this.connections = connections;
        this.memory = memory;
        this.port = ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Opens the listener and serves. */
    public static ProxyServer bind(Transport transport, ProxyOptions options) throws BindFailedException {
        FileBudget.tell(options.settings().get().limits().maxConnections());
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger handshakes = new AtomicInteger();
        MemoryPressure memory = new MemoryPressure();
        options.tls().usedBy(transport.loops());
        Map<EventLoop, LoopState> byLoop = new HashMap<>();
        for (EventExecutor executor : transport.loops()) {
            EventLoop loop = (EventLoop) executor;
            long seed = ((long) options.nodeId().hashCode() << Integer.SIZE) + byLoop.size();
            byLoop.put(loop, new LoopState(loop, transport, options, connections, handshakes, memory, seed));
        }
        Channel listener = Listener.open(transport, options, Map.copyOf(byLoop), connections);
        return new ProxyServer(listener, List.copyOf(byLoop.values()), connections, memory);
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    /** How many client connections are open. */
    public int connections() {
        return connections.get();
    }

    /** How little memory is left for buffers. */
    public MemoryPressure.Level memory() {
        return memory.level();
    }

    /** 0: enough; 1: nothing is kept that only might be needed; 2: no request is taken. For a gauge. */
    public int memoryPressure() {
        return switch (memory.level()) {
            case NONE -> 0;
            case SCARCE -> 1;
            case FULL -> 2;
        };
    }

    /** How many exchanges are under way; asks the loops and waits up to a second for each. */
    public int inFlight() {
        int sum = 0;
        for (LoopState state : loops) {
            try {
                sum += CompletableFuture.supplyAsync(state::inFlight, state.loop())
                        .get(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return sum;
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("event loop does not answer", e);
            }
        }
        return sum;
    }

    /**
     * Leaves without cutting anything: goes on accepting for {@code propagation} while every response says
     * {@code Connection: close}, then closes the listener and waits until every connection has ended, up to {@code limit}; whatever
     * is left then is closed. Without propagation the listener closes first: someone else listens there. An idle connection is not closed before, because a request may be on its way to it. Completes when all
     * connections are closed.
     */
    public CompletableFuture<Void> drain(Duration propagation, Duration limit) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (propagation.isZero()) {
            listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        loops.forEach(LoopState::drain);
        EventLoop loop = loops.get(0).loop();
        long deadline = loop.ticker().nanoTime() + propagation.plus(limit).toNanos();
        loop.schedule(
                () -> {
                    listener.close();
                    await(loop, deadline, done);
                },
                propagation.toMillis(),
                TimeUnit.MILLISECONDS);
        return done;
    }

    private void await(EventLoop loop, long deadline, CompletableFuture<Void> done) {
        boolean late = loop.ticker().nanoTime() - deadline >= 0;
        if (late) {
            closeAll();
        }
        if (connections.get() == 0 || late) {
            done.complete(null);
        } else {
            loop.schedule(() -> await(loop, deadline, done), DRAIN_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Closes the listener and all connections at once, as a crash would. Returns when it is done. */
    public void kill() {
        listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        List<CompletableFuture<Void>> closing = closeAll();
        CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]))
                .completeOnTimeout(null, 2, TimeUnit.SECONDS)
                .join();
    }

    private List<CompletableFuture<Void>> closeAll() {
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (LoopState state : loops) {
            closing.add(CompletableFuture.runAsync(state::closeAll, state.loop()));
        }
        return closing;
    }
}
