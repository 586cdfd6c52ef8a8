package io.isochrone.bench.soak;

import io.isochrone.bench.peers.Probe;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs a soak: opens the idle connections, warms up, looks at every node at rest, loads it with faults, lets it come to rest, and looks again.
 *
 * <p>Not thread-safe; confined to its owner, except {@link #stop}.
 */
public final class Soak {
    private static final long REST_NANOS = 40_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int POLL_MILLIS = 50;
    private static final int SETTLE_MILLIS = 250;

    private final SoakPlan plan;
    private final Consumer<String> progress;
    private final SoakTally tally = new SoakTally();
    private final SoakTally warm = new SoakTally();
    private final SoakChecks checks = new SoakChecks();
    private volatile boolean stopped;

    /** {@code progress} is told what happens now, in a few words. */
    public Soak(SoakPlan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Ends the soak early: {@link #run} throws InterruptedException soon. */
    public void stop() {
        stopped = true;
    }

    /** Runs it, and ends every process. */
    public SoakResult run() throws IOException, InterruptedException {
        Instant began = Instant.now();
        progress.accept("starting a router, three gateways and two backends as processes");
        Asking asking = new Asking();
        try (SoakWorld world = SoakWorld.start(plan);
                Transport transport = Transport.start("soak", 1);
                IdleCrowd crowd = new IdleCrowd(asking, tally)) {
            progress.accept("opening " + plan.idle() + " idle connections");
            crowd.open(transport, world.port(), plan.idle(), plan.seed());
            Sampler sampler = new Sampler(world);
            warmUp(world, transport, asking);
            List<Sample> idle = atRest(world, List.of(), sampler);
            load(world, transport, asking, sampler);
            progress.accept("letting everything come to rest");
            List<Sample> after = atRest(world, idle, sampler);
            judge(world, crowd, idle, after, sampler.samples());
            progress.accept("closing the idle connections");
            crowd.leave();
            empty(world);
            logs(world);
            return new SoakResult(
                    plan, began, SoakResult.counts(tally), sampler.samples(), idle, after, checks.all(), bad());
        }
    }

    private List<String> bad() {
        List<String> all = new ArrayList<>(tally.bad());
        all.addAll(warm.bad());
        return all;
    }

    private void warmUp(SoakWorld world, Transport transport, Asking asking) throws InterruptedException {
        progress.accept("warming up");
        SoakLoad load = new SoakLoad(plan, transport, world.port(), asking, warm, plan.seed() + 1_000_000);
        load.start();
        sleepUntil(System.nanoTime() + plan.warmUp().toNanos());
        load.stop();
    }

    private void load(SoakWorld world, Transport transport, Asking asking, Sampler sampler)
            throws IOException, InterruptedException {
        SoakLoad load = new SoakLoad(plan, transport, world.port(), asking, tally, plan.seed());
        List<Rhythm.Event> events = Rhythm.of(plan.duration(), plan.seed()).events();
        long start = System.nanoTime();
        load.start();
        int next = 0;
        for (long second = 0; second < plan.duration().toSeconds(); second++) {
            long due = start + second * SECOND;
            while (System.nanoTime() - due < 0) {
                while (next < events.size()
                        && System.nanoTime() - start >= events.get(next).atNanos()) {
                    act(world, asking, events.get(next));
                    next++;
                }
                pause(POLL_MILLIS);
            }
            sampler.sampleAll(System.nanoTime() - start);
            progress.accept(status(second));
        }
        for (Rhythm.Event event : events.subList(next, events.size())) {
            act(world, asking, event); // whatever was begun is ended
        }
        asking.now(Misdeed.NONE);
        int left = load.stop();
        checks.log("clients that did not end", left, "");
    }

    private String status(long second) {
        return String.format(
                Locale.ROOT,
                "%d of %d s: %,d requests, %,d right, %,d refused, %,d cut, %d wrong",
                second,
                plan.duration().toSeconds(),
                tally.total(),
                tally.of(Verdict.RIGHT),
                tally.of(Verdict.REFUSED),
                tally.of(Verdict.CUT),
                tally.of(Verdict.WRONG) + tally.of(Verdict.SHORT));
    }

    private static void act(SoakWorld world, Asking asking, Rhythm.Event event)
            throws IOException, InterruptedException {
        switch (event.act()) {
            case MISBEHAVE, BEHAVE -> asking.now(event.misdeed());
            case KILL -> world.killed().kill();
            case RESTART -> world.killed().start();
            case FREEZE -> world.frozen().freeze();
            case THAW -> world.frozen().thaw();
        }
    }

    /** Waits until nothing is under way and connections of the pools are gone; then every node once, after a collection. */
    private List<Sample> atRest(SoakWorld world, List<Sample> idle, Sampler sampler)
            throws IOException, InterruptedException {
        Probe.pause(SETTLE_MILLIS);
        awaitEach(world, sample -> sample.inFlight() == 0 && isLike(sample, idle));
        sampler.collect();
        return awaitEach(world, sample -> sample.inFlight() == 0 && isLike(sample, idle));
    }

    /** Without an earlier state: gateways have lost the router's connections but for probes and warm ones, as have their pools. */
    private boolean isLike(Sample sample, List<Sample> idle) {
        for (Sample before : idle) {
            if (before.node().equals(sample.node())) {
                return sample.files() <= before.files() + SoakChecks.FILES_MARGIN
                        && sample.connections() <= before.connections() + SoakChecks.FILES_MARGIN;
            }
        }
        int clients = sample.node().equals("router") ? plan.idle() : 0;
        return sample.connections() <= clients + SoakChecks.FILES_MARGIN;
    }

    /** Waits for every node in turn; returns the samples waited for, or the last ones. One taken later could find a request of an idle client or a probe. */
    private List<Sample> awaitEach(SoakWorld world, Predicate<Sample> wanted) throws InterruptedException {
        long giveUp = System.nanoTime() + REST_NANOS;
        List<Sample> all = new ArrayList<>();
        for (SoakNode node : world.nodes()) {
            Sample sample = Sampler.sample(node, 0);
            while ((sample == null || !wanted.test(sample)) && System.nanoTime() - giveUp < 0) {
                pause(SETTLE_MILLIS);
                sample = Sampler.sample(node, 0);
            }
            if (sample == null) {
                checks.silent(node.name());
            } else {
                all.add(sample);
            }
        }
        return all;
    }

    private void judge(SoakWorld world, IdleCrowd crowd, List<Sample> idle, List<Sample> after, List<Sample> samples) {
        checks.answers(tally, crowd.dropped());
        checks.log("bad answers while warming up", warm.of(Verdict.WRONG) + warm.of(Verdict.SHORT), "");
        for (Sample before : idle) {
            for (Sample now : after) {
                if (now.node().equals(before.node())) {
                    checks.rest(before, now);
                }
            }
        }
        for (SoakNode node : world.nodes()) {
            if (node != world.killed()) {
                checks.flat(samples, node.name(), plan.duration().toSeconds());
            }
        }
    }

    private void empty(SoakWorld world) throws InterruptedException {
        for (Sample last : awaitEach(world, sample -> sample.connections() <= SoakChecks.FILES_MARGIN)) {
            checks.empty(last);
        }
    }

    private void logs(SoakWorld world) throws IOException {
        List<String> dead = world.all().stream()
                .filter(node -> !node.isAlive())
                .map(SoakNode::name)
                .toList();
        checks.dead(dead.size(), String.join(", ", dead));
        lines(world, "lines of the leak detector", line -> line.contains("LEAK"));
        lines(world, "errors in logs", line -> line.contains(" ERROR "));
        lines(world, "exceptions that nobody caught", line -> line.startsWith("Exception in thread"));
    }

    private void lines(SoakWorld world, String what, Predicate<String> like) throws IOException {
        long count = 0;
        String first = "";
        for (SoakNode node : world.all()) {
            String found = node.output().filter(like).findFirst().orElse("");
            count += node.output().filter(like).count();
            first = first.isEmpty() && !found.isEmpty() ? node.name() + ": " + found : first;
        }
        checks.log(what, count, first);
    }

    private void sleepUntil(long nanos) throws InterruptedException {
        while (System.nanoTime() - nanos < 0) {
            pause(POLL_MILLIS);
        }
    }

    private void pause(long millis) throws InterruptedException {
        Probe.pause(millis);
        if (stopped) {
            throw new InterruptedException("the soak was stopped");
        }
    }
}
