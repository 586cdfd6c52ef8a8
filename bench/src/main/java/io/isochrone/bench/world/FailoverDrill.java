package io.isochrone.bench.world;

import io.isochrone.bench.load.LoadClients;
import io.isochrone.bench.load.LoadPlan;
import io.isochrone.bench.load.LoadRun;
import io.isochrone.bench.load.Sample;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Kills the region that is nearest to most clients under a steady load, heals it, and keeps every sample.
 *
 * <p>Not thread-safe; confined to its owner, except {@link #stop}.
 */
public final class FailoverDrill {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int WARM_UP_STEPS = 3;
    private static final long POLL_NANOS = 10_000_000;

    private final FailoverPlan plan;
    private final LoadClients clients = LoadClients.world();
    private final RegionOrders orders = new RegionOrders();
    private final Consumer<String> progress;
    private volatile boolean stopped;

    /** {@code progress} is told what happens now, in a few words. */
    public FailoverDrill(FailoverPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Ends the drill early: {@link #run} throws InterruptedException soon. */
    public void stop() {
        stopped = true;
    }

    /** Starts a world, runs the drill, ends the world. */
    public FailoverResult run() throws IOException, InterruptedException {
        progress.accept("starting "
                + (plan.front() == Front.ISOCHRONE ? "router" : plan.front().word())
                + ", gateways and backends as processes");
        try (WorldProcesses world =
                        WorldProcesses.start(WorldSetup.PLAIN.withDelay(plan.delay()), plan.front(), clients);
                Transport transport = Transport.start("load", 1)) {
            progress.accept("warming up");
            warmUp(world, transport);
            return measure(world, transport);
        }
    }

    /** Raises the rate in steps: all of it at once would meet a load generator that is cold itself, and pile up. */
    private void warmUp(WorldProcesses world, Transport transport) throws IOException, InterruptedException {
        Duration step = plan.warmUp().dividedBy(WARM_UP_STEPS);
        for (int i = 1; i <= WARM_UP_STEPS; i++) {
            double rate = plan.ratePerSecond() / (1 << 2 * (WARM_UP_STEPS - i));
            LoadRun warm = LoadRun.start(transport, load(world, rate, step, i), sample -> {});
            await(warm, step.plus(TIMEOUT));
        }
    }

    private LoadPlan load(WorldProcesses world, double rate, Duration duration, long seed) {
        HostPort router = world.router();
        return new LoadPlan(
                router, router.toString(), "/drill", "GET", 0, rate, duration, clients, 4096, TIMEOUT, seed);
    }

    private FailoverResult measure(WorldProcesses world, Transport transport) throws IOException, InterruptedException {
        Region victim = busiest(homes());
        List<Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        LoadRun run = LoadRun.start(transport, load(world, plan.ratePerSecond(), plan.duration(), 0), samples::add);
        progress.accept("steady load, all regions up");
        sleepUntil(start + plan.killAt().toNanos());
        world.kill(victim);
        long killed = System.nanoTime() - start;
        progress.accept(victim.displayName() + " is killed");
        sleepUntil(start + plan.healAt().toNanos());
        world.heal(victim);
        long restarted = System.nanoTime() - start;
        progress.accept(victim.displayName() + " is started again");
        long answers = awaitStatus(world, victim, start + plan.duration().toNanos()) - start;
        progress.accept(victim.displayName() + " answers again");
        await(run, plan.duration().plus(TIMEOUT));
        return new FailoverResult(
                plan, clients.all(), victim, distances(), List.copyOf(samples), killed, restarted, answers);
    }

    private List<Region> homes() {
        return clients.all().stream().map(client -> orders.of(client).get(0)).toList();
    }

    private Region busiest(List<Region> homes) {
        Region best = homes.get(0);
        for (Region region : homes) {
            if (weight(homes, region) > weight(homes, best)) {
                best = region;
            }
        }
        return best;
    }

    private double weight(List<Region> homes, Region region) {
        double sum = 0;
        for (int i = 0; i < homes.size(); i++) {
            sum += homes.get(i).equals(region) ? clients.all().get(i).weight() : 0;
        }
        return sum;
    }

    /** The simulated round trip of each client to each region, by the region's name. */
    private FailoverResult.RoundTrips distances() {
        return (client, region) -> plan.delay() ? orders.nanos(clients.all().get(client), WorldNames.find(region)) : 0;
    }

    /** Returns when all nodes of the region have answered their status path with 200. */
    private long awaitStatus(WorldProcesses world, Region region, long giveUpNanos)
            throws IOException, InterruptedException {
        StatusCheck check = new StatusCheck();
        for (HostPort node : world.nodes(region)) {
            while (!(world.isServing(region) && check.isServing(node, StatusCheck.GATEWAY))) {
                if (System.nanoTime() - giveUpNanos > 0) {
                    throw new IOException("node: " + node + " does not answer (expected: 200 before the drill ends)");
                }
                pause(System.nanoTime() + POLL_NANOS);
            }
        }
        return System.nanoTime();
    }

    private void sleepUntil(long nanos) throws InterruptedException {
        while (System.nanoTime() - nanos < 0) {
            pause(nanos);
        }
    }

    private void pause(long untilNanos) throws InterruptedException {
        LockSupport.parkNanos(this, Math.min(100_000_000, untilNanos - System.nanoTime()));
        if (stopped || Thread.interrupted()) {
            throw new InterruptedException("the drill was stopped");
        }
    }

    private void await(LoadRun run, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                run.done().get(100, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                pause(System.nanoTime());
            } catch (ExecutionException e) {
                throw new IOException("load: failed", e);
            }
        }
        throw new IOException("load: not done after " + limit + " (expected: within its timeout)");
    }
}
