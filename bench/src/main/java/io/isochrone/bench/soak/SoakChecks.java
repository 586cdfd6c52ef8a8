package io.isochrone.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Judges counts and samples.
 *
 * <p>A leak shows in three ways, and each is looked for: something that should be back where it was when the load has ended and is not (gauges, descriptors, pinned memory, the
 * heap after a collection); something that grows while the load stays the same (resident memory); something that the leak detector or a log says.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class SoakChecks {
    /** Connections and descriptors beyond the idle ones: what the idle clients ask once a minute, probes, scrapes, connections that are kept warm. */
    static final int FILES_MARGIN = 32;

    private static final double DIRECT_GROWTH = 0.10;
    private static final double DIRECT_MARGIN_KIB = 256;
    private static final double HEAP_GROWTH = 0.20;
    private static final double HEAP_MARGIN_KIB = 6 << 10;
    private static final double RESIDENT_GROWTH = 0.05;
    private static final double RESERVED_GROWTH = 0.25;
    private static final double RESERVED_MARGIN_KIB = 8 << 10;
    private static final double GOOD_SHARE = 0.95;
    private static final long LONG_ENOUGH_SECONDS = 120;

    private final List<Check> checks = new ArrayList<>();

    /** What clients saw. */
    void answers(SoakTally tally, int dropped) {
        long total = tally.total();
        none("wrong answers", tally.of(Verdict.WRONG), total);
        none("cut answers that looked complete", tally.of(Verdict.SHORT), total);
        none("requests without an end", tally.of(Verdict.HUNG), total);
        none("idle connections lost", dropped, tally.of(Kind.IDLE, Verdict.RIGHT));
        long silent = 0;
        for (Kind kind : Kind.values()) {
            silent += tally.of(kind, kind.leaves() ? Verdict.LEFT : Verdict.RIGHT) == 0 && kind != Kind.IDLE ? 1 : 0;
        }
        none("kinds of request that were never answered", silent, Kind.values().length);
        long calm = 0;
        for (Verdict verdict : Verdict.values()) {
            calm += verdict == Verdict.LEFT ? 0 : tally.calm(verdict);
        }
        double share = calm == 0 ? 0 : tally.calm(Verdict.RIGHT) / (double) calm;
        add(
                "right answers of requests whose backend behaved",
                number("%.3f %%", share * 100),
                number(">= %.0f %%", GOOD_SHARE * 100),
                share >= GOOD_SHARE);
    }

    private void none(String what, long count, long of) {
        add(what, String.format(Locale.ROOT, "%,d of %,d", count, of), "0", count == 0);
    }

    /** A node that is back at rest. */
    void rest(Sample idle, Sample after) {
        String node = after.node() + ": ";
        add(node + "requests in flight", number("%.0f", after.inFlight()), "0", after.inFlight() == 0);
        atMost(node + "client connections", after.connections(), idle.connections() + FILES_MARGIN, "");
        atMost(node + "file descriptors", after.files(), idle.files() + FILES_MARGIN, "");
        atMost(
                node + "direct memory in use",
                after.pinnedKib(),
                idle.pinnedKib() * (1 + DIRECT_GROWTH) + DIRECT_MARGIN_KIB,
                " KiB");
        atMost(
                node + "heap after a collection",
                after.heapKib(),
                idle.heapKib() * (1 + HEAP_GROWTH) + HEAP_MARGIN_KIB,
                " KiB");
    }

    /** A node when the idle connections are closed too. */
    void empty(Sample last) {
        atMost(last.node() + ": client connections when all clients left", last.connections(), FILES_MARGIN, "");
    }

    /** Something is still missing: the node does not answer. */
    void silent(String node) {
        add(node + ": its admin port", "no answer", "answers", false);
    }

    /** Figures that must be flat: the last third of the samples beside the middle third. */
    void flat(List<Sample> samples, String node, long seconds) {
        List<Sample> own =
                samples.stream().filter(sample -> sample.node().equals(node)).toList();
        boolean enough = seconds >= LONG_ENOUGH_SECONDS && own.size() >= 30;
        growth(own, node + ": resident memory", Sample::residentKib, RESIDENT_GROWTH, 0, enough);
        growth(
                own,
                node + ": direct memory reserved",
                Sample::reservedKib,
                RESERVED_GROWTH,
                RESERVED_MARGIN_KIB,
                enough);
    }

    private void growth(
            List<Sample> samples,
            String what,
            ToDoubleFunction<Sample> figure,
            double most,
            double margin,
            boolean enough) {
        int third = samples.size() / 3;
        double middle = mean(samples.subList(third, 2 * third), figure);
        double last = mean(samples.subList(2 * third, samples.size()), figure);
        String bound = number("<= middle third + %.0f %%", most * 100)
                + (margin > 0 ? number(" + %.0f MiB", margin / 1024) : "");
        checks.add(new Check(
                what,
                number("%.1f MiB, middle third ", last / 1024) + number("%.1f MiB", middle / 1024),
                bound,
                enough ? last <= middle * (1 + most) + margin : null));
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return samples.stream()
                .mapToDouble(figure)
                .filter(Double::isFinite)
                .average()
                .orElse(0);
    }

    /** What logs say: {@code first} is the first such line. */
    void log(String what, long lines, String first) {
        add(what, lines == 0 ? "none" : lines + ", such as " + first, "none", lines == 0);
    }

    /** A process that ended although nobody ended it. */
    void dead(long count, String names) {
        add("processes that died", count == 0 ? "none" : names, "none", count == 0);
    }

    private void atMost(String what, double found, double bound, String unit) {
        add(what, number("%.0f", found) + unit, number("<= %.0f", bound) + unit, found <= bound);
    }

    private void add(String what, String found, String bound, boolean met) {
        checks.add(new Check(what, found, bound, met));
    }

    private static String number(String form, double value) {
        return String.format(Locale.ROOT, form, value);
    }

    List<Check> all() {
        return List.copyOf(checks);
    }
}
