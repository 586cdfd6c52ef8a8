package io.isochrone.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.world.Front;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Every drill that {@link DrillRunTest} does not run, at a twentieth of its rate and for seconds, with the counts that its goals
 * name and times that a busy machine can keep: what may fail, what may not be done twice, where traffic goes.
 */
@Tag("system")
@Timeout(600)
final class SmallDrillsTest {
    private static final long SECOND = 1_000_000_000;

    private static final List<Small> ALL = List.of(
            new Small("kill-post", 3, SmallDrillsTest::nothingTwice, SmallDrillsTest::onlyAmbiguous),
            new Small("kill-post-key", 3, SmallDrillsTest::nothingFails),
            new Small("freeze-get-h2", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::noneWaits),
            new Small("black-hole", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::noneWaits),
            new Small("slow-x20", 3, SmallDrillsTest::nothingFails),
            new Small(
                    "flap",
                    8,
                    SmallDrillsTest::nothingFails,
                    figures -> assertThat(figures.moves()).isLessThanOrEqualTo(4)),
            new Small("half-503-get", 3, SmallDrillsTest::retriesWithinBudget),
            new Small("half-503-backend", 3, SmallDrillsTest::retriesWithinBudget),
            new Small("refuse", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::noneWaits),
            new Small("trickle", 3, SmallDrillsTest::nothingFails),
            new Small("reset-head", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::noneWaits),
            new Small("reset-body", 3, SmallDrillsTest::onlyCutAtFirst),
            new Small("half-close", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::noneWaits),
            new Small(
                    "garbage",
                    4,
                    figures -> assertThat(figures.lastFailureNanos()).isLessThan(2 * SECOND)),
            new Small("probes-lie-down", 3, SmallDrillsTest::nothingFails),
            new Small("probes-lie-up", 3, SmallDrillsTest::nothingFails, SmallDrillsTest::retriesWithinBudget),
            new Small(
                    "one-node",
                    4,
                    SmallDrillsTest::nothingFails,
                    figures -> assertThat(figures.moves()).isZero()),
            new Small("two-regions", 3, SmallDrillsTest::nothingFails),
            new Small("all-regions", 7, SmallDrillsTest::onlyRefused),
            new Small("clock-jump", 3, SmallDrillsTest::nothingFails),
            new Small("disk-full", 3, SmallDrillsTest::nothingFails),
            new Small("rolling-restart", 24, SmallDrillsTest::nothingFails, SmallDrillsTest::nothingTwice),
            new Small("rolling-restart-h2", 24, SmallDrillsTest::nothingFails, SmallDrillsTest::nothingTwice),
            new Small("overload", 6, SmallDrillsTest::onlyRefused),
            new Small(
                    "home-again",
                    12,
                    SmallDrillsTest::nothingFails,
                    figures -> assertThat(figures.homeFirstNanos()).isNotNegative()));

    @TestFactory
    Stream<DynamicTest> keepsWhatItsGoalsCount() {
        return ALL.stream()
                .map(small -> DynamicTest.dynamicTest(small.name, () -> {
                    DrillFigures figures = new DrillFigures(new DrillRun(small.plan(), step -> {}).run());

                    assertThat(figures.requests()).isEqualTo(small.seconds * (long) Small.RATE);
                    for (Consumer<DrillFigures> keeps : small.keeps) {
                        keeps.accept(figures);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> areAllTheDrillsThatTheOthersAreNot() {
        Set<String> elsewhere = Set.of("kill-get", "freeze-get", "dns-moves", "dns-fails");
        return Drills.all().stream()
                .filter(drill -> !elsewhere.contains(drill.name()))
                .map(drill -> DynamicTest.dynamicTest(
                        drill.name(),
                        () -> assertThat(ALL).extracting(small -> small.name).contains(drill.name())));
    }

    private static void nothingFails(DrillFigures figures) {
        assertThat(figures.failures()).isEmpty();
    }

    private static void onlyAmbiguous(DrillFigures figures) {
        assertThat(figures.failures().keySet()).isSubsetOf(LoadFailure.AMBIGUOUS);
    }

    private static void nothingTwice(DrillFigures figures) {
        assertThat(figures.executedTwice()).isZero();
    }

    /** A silent region is left by what it usually takes, not by a time limit: those are 10 s and more. */
    private static void noneWaits(DrillFigures figures) {
        assertThat(figures.worstNanos()).isLessThan(5 * SECOND);
    }

    /** The budget is a fifth of the traffic with a floor of 10 a second; beyond it the backend's own 503 is passed on. */
    private static void retriesWithinBudget(DrillFigures figures) {
        assertThat(figures.failures().keySet()).isSubsetOf(LoadFailure.STATUS_5XX);
        assertThat(figures.unavailableShare()).isLessThan(0.02);
        assertThat(figures.attemptsPerRequest()).isLessThan(1.4);
    }

    /** What had begun is cut visibly; the region is left soon. */
    private static void onlyCutAtFirst(DrillFigures figures) {
        assertThat(figures.failures().keySet()).isSubsetOf(LoadFailure.RESET, LoadFailure.CLOSED);
        assertThat(figures.lastFailureNanos()).isLessThan(2 * SECOND);
    }

    private static void onlyRefused(DrillFigures figures) {
        assertThat(figures.failures().keySet()).isSubsetOf(LoadFailure.STATUS_5XX, LoadFailure.AMBIGUOUS);
        assertThat(figures.failed()).isLessThan(figures.requests());
    }

    /**
     * A drill made small.
     *
     * @param name of the drill
     * @param seconds measured
     * @param keeps what must be true of its figures
     */
    private record Small(String name, int seconds, List<Consumer<DrillFigures>> keeps) {
        private static final int RATE = 100;
        private static final Duration WARM_UP = Duration.ofMillis(300);
        private static final int FAULT_AT_MILLIS = 600;
        private static final int WELL_AT_THE_END_MILLIS = 800;

        Small(String name, int seconds, Consumer<DrillFigures> keeps) {
            this(name, seconds, List.of(keeps));
        }

        Small(String name, int seconds, Consumer<DrillFigures> keeps, Consumer<DrillFigures> more) {
            this(name, seconds, List.of(keeps, more));
        }

        DrillPlan plan() {
            Drill drill = Drills.find(name);
            boolean comesHome = name.equals("home-again") || name.equals("all-regions");
            int healAt = comesHome ? FAULT_AT_MILLIS + 2000 : seconds * 1000 - WELL_AT_THE_END_MILLIS;
            DrillTimes times = new DrillTimes(
                    Duration.ofSeconds(seconds), Duration.ofMillis(FAULT_AT_MILLIS), Duration.ofMillis(healAt));
            return new DrillPlan(
                    drill,
                    RATE,
                    WARM_UP,
                    times,
                    drill.load(),
                    true,
                    drill.setup().upstream(),
                    Front.ISOCHRONE,
                    0);
        }
    }
}
