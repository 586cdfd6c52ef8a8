package io.isochrone.bench.drill;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.bench.load.LoadKind;
import io.isochrone.bench.load.LoadPlan;
import io.isochrone.bench.load.LoadRun;
import io.isochrone.bench.load.Sample;
import io.isochrone.bench.world.Front;
import io.isochrone.bench.world.RegionOrders;
import io.isochrone.bench.world.StatusCheck;
import io.isochrone.bench.world.WorldPlan;
import io.isochrone.bench.world.WorldProcesses;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs one drill once, in a world of its own, and keeps every sample.
 *
 * <p>Not thread-safe; confined to its owner, except {@link #stop}.
 */
public final class DrillRun {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWERS_LIMIT = Duration.ofSeconds(60);
    private static final int WARM_UP_STEPS = 3;

    private final DrillPlan plan;
    private final LoadClients clients;
    private final RegionOrders orders = new RegionOrders();
    private final Consumer<String> progress;
    private volatile boolean stopped;

    /** {@code progress} is told what happens now, in a few words. */
    public DrillRun(DrillPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.clients = plan.load().clients();
        this.progress = words -> progress.accept(plan.drill().name() + ": " + words);
    }

    /** Ends the drill early: {@link #run} throws InterruptedException soon. */
    public void stop() {
        stopped = true;
    }

    /** Starts a world, runs the drill, ends the world. Throws IOException when a process does not do what it is told. */
    public DrillResult run() throws IOException, InterruptedException {
        progress.accept("starting "
                + (plan.front() == Front.ISOCHRONE ? "router" : plan.front().word())
                + ", gateways and backends as processes");
        try (WorldProcesses world = WorldProcesses.start(plan.setup(), plan.front(), clients);
                Transport transport = Transport.start("load", 1)) {
            progress.accept("warming up");
            warmUp(world, transport);
            world.forgetExecutions();
            return measure(world, transport);
        }
    }

    /** Raises the rate in steps: all of it at once would meet a load generator that is cold itself, and pile up. */
    private void warmUp(WorldProcesses world, Transport transport) throws IOException, InterruptedException {
        Duration step = plan.warmUp().dividedBy(WARM_UP_STEPS);
        for (int i = 1; i <= WARM_UP_STEPS && !step.isZero(); i++) {
            double rate = plan.ratePerSecond() / (1 << 2 * (WARM_UP_STEPS - i));
            await(
                    LoadRun.start(transport, load(world, rate, step, "w" + i, plan.seed() + i), sample -> {}),
                    step.plus(TIMEOUT));
        }
    }

    private LoadPlan load(WorldProcesses world, double rate, Duration duration, String ids, long seed) {
        HostPort router = world.router();
        LoadKind kind = plan.load().kind(ids);
        return new LoadPlan(
                router, router.toString(), "/drill", "GET", 0, rate, duration, clients, 4096, TIMEOUT, seed, kind);
    }

    private DrillResult measure(WorldProcesses world, Transport transport) throws IOException, InterruptedException {
        DrillTimes times = plan.times();
        List<Region> victims = victims();
        List<Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        try (DrillMeter meter = DrillMeter.start(world.admin(), start)) {
            LoadPlan load = load(world, plan.ratePerSecond(), times.duration(), "m", plan.seed());
            LoadRun run = LoadRun.start(transport, load, samples::add);
            progress.accept("steady load, all well");
            sleepUntil(start + times.faultAt().toNanos());
            long fault = System.nanoTime() - start;
            progress.accept(plan.drill().target().words() + ": " + plan.drill().about());
            long heal = disturb(world, victims, start) - start;
            progress.accept("healed");
            awaitStatus(world, victims);
            long answers = System.nanoTime() - start;
            progress.accept("all answer again");
            await(run, times.duration().plus(TIMEOUT));
            return new DrillResult(
                    plan,
                    clients.all(),
                    plan.drill().target() == Target.EACH_NODE ? List.of() : victims,
                    distances(),
                    samples,
                    fault,
                    heal,
                    answers,
                    world.repeated(),
                    meter.read());
        }
    }

    /** Does what the drill does until it is healed; returns when the healing was asked for. */
    private long disturb(WorldProcesses world, List<Region> victims, long start)
            throws IOException, InterruptedException {
        long healAt = start + plan.times().healAt().toNanos();
        Drill drill = plan.drill();
        if (drill.target() == Target.ROUTER) {
            world.freezeRouter(true);
            sleepUntil(healAt);
            world.freezeRouter(false);
            return System.nanoTime();
        }
        if (drill.target() == Target.EACH_NODE) {
            restartEach(world);
            return System.nanoTime();
        }
        boolean bad = false;
        long period = drill.period().isZero() ? healAt : drill.period().toNanos();
        for (long until = start + plan.times().faultAt().toNanos(); until - healAt < 0; sleepUntil(until)) {
            bad = !bad;
            for (Region victim : victims) {
                if (bad) {
                    world.fault(victim, drill.target() == Target.ONE_NODE ? 1 : Integer.MAX_VALUE, drill.fault());
                } else {
                    world.heal(victim);
                }
            }
            until = period == healAt ? healAt : Math.min(until + period, healAt);
        }
        long heal = System.nanoTime();
        for (Region victim : victims) {
            world.heal(victim);
        }
        return heal;
    }

    private void restartEach(WorldProcesses world) throws IOException, InterruptedException {
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            for (int i = 0; i < place.nodes(); i++) {
                progress.accept("restarting " + place.region().name() + "-" + (i + 1));
                world.restart(place.region(), i);
                awaitStatus(world, List.of(place.region()));
            }
        }
        progress.accept("the router reloads");
        world.reloadRouter();
    }

    private List<Region> victims() {
        List<Region> byClients = WorldPlan.PLACES.stream()
                .map(WorldPlan.Place::region)
                .sorted(Comparator.comparingDouble(region -> -weight(region)))
                .toList();
        return switch (plan.drill().target()) {
            case NEAREST -> byClients.subList(0, 1);
            case TWO_NEAREST -> byClients.subList(0, 2);
            case ONE_NODE -> List.of(WorldPlan.PLACES.get(0).region());
            case ALL, EACH_NODE -> byClients;
            case ROUTER -> List.of();
        };
    }

    private double weight(Region region) {
        return clients.all().stream()
                .filter(client -> orders.of(client).get(0).equals(region))
                .mapToDouble(LoadClient::weight)
                .sum();
    }

    /** The simulated round trip of each client to each region. Over HTTP/2 the world reads no client's place, so the router's counts. */
    private DrillResult.RoundTrips distances() {
        if (!plan.delay()) {
            return (client, region) -> 0;
        }
        Map<String, long[]> all = new HashMap<>();
        for (WorldPlan.Place place : WorldPlan.PLACES) {
            Region region = place.region();
            boolean fromRouter = plan.upstream() == UpstreamHttp.HTTP_2;
            all.put(
                    region.name(),
                    clients.all().stream()
                            .mapToLong(client ->
                                    fromRouter ? RegionOrders.fromRouterNanos(region) : orders.nanos(client, region))
                            .toArray());
        }
        return (client, region) -> {
            long[] nanos = all.get(region);
            return nanos == null ? 0 : nanos[client];
        };
    }

    /** Returns when all nodes of the regions have answered their status path with 200. */
    private void awaitStatus(WorldProcesses world, List<Region> regions) throws IOException, InterruptedException {
        StatusCheck check = new StatusCheck();
        long giveUp = System.nanoTime() + ANSWERS_LIMIT.toNanos();
        for (Region region : regions) {
            for (HostPort node : world.nodes(region)) {
                while (!(world.isServing(region) && check.isServing(node, StatusCheck.GATEWAY))) {
                    if (System.nanoTime() - giveUp > 0) {
                        throw new IOException("node: " + node + " does not answer (expected: 200 within a minute)");
                    }
                    pause(10_000_000);
                }
            }
        }
    }

    private void sleepUntil(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            pause(Math.min(100_000_000, left));
        }
    }

    private void pause(long nanos) throws InterruptedException {
        LockSupport.parkNanos(this, nanos);
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
                pause(0);
            } catch (ExecutionException e) {
                throw new IOException("load: failed", e);
            }
        }
        throw new IOException("load: not done after " + limit + " (expected: within its timeout)");
    }
}
