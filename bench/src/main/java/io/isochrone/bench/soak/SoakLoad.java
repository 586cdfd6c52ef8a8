package io.isochrone.bench.soak;

import io.isochrone.proxy.runtime.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The busy clients: a thread for each that speaks HTTP/1.1, one event loop for all that speak HTTP/2. Not thread-safe; confined to its owner. */
final class SoakLoad {
    private static final long JOIN_MILLIS = 45_000;

    private final List<H1Lane> lanes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<H2Lane> streams = new ArrayList<>();

    SoakLoad(SoakPlan plan, Transport transport, int port, Asking asking, SoakTally tally, long seed) {
        double pauseNanos = 1e9 * plan.busy() / plan.ratePerSecond();
        for (int i = 0; i < plan.busy(); i++) {
            if (i < plan.h2Lanes()) {
                streams.add(new H2Lane(transport, port, pauseNanos, asking, tally, seed + i));
            } else {
                H1Lane lane = new H1Lane(port, pauseNanos, asking, tally, seed + i);
                lanes.add(lane);
                Thread thread = new Thread(lane, "soak-" + i);
                thread.setDaemon(true);
                threads.add(thread);
            }
        }
    }

    void start() {
        threads.forEach(Thread::start);
        streams.forEach(H2Lane::start);
    }

    /** Lets every client end what it began; returns how many did not. */
    int stop() throws InterruptedException {
        lanes.forEach(H1Lane::stop);
        List<CompletableFuture<Void>> ends = streams.stream().map(H2Lane::stop).toList();
        long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS);
        int left = 0;
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(giveUp - System.nanoTime())));
            left += thread.isAlive() ? 1 : 0;
        }
        for (CompletableFuture<Void> end : ends) {
            left += end.copy()
                            .thenApply(done -> true)
                            .completeOnTimeout(false, Math.max(1, giveUp - System.nanoTime()), TimeUnit.NANOSECONDS)
                            .join()
                    ? 0
                    : 1;
        }
        return left;
    }
}
