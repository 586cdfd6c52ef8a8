package io.isochrone.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.world.Front;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small drills on real processes, with goals that any machine can keep. */
@Tag("system")
@Timeout(180)
final class DrillRunTest {
    @Test
    void failsNoGetWhenTheProcessesOfTheNearestRegionAreKilled() throws Exception {
        DrillResult result = new DrillRun(plan("kill-get", 100, 5000, 1000, 2000), step -> {}).run();

        DrillFigures figures = new DrillFigures(result);
        assertThat(figures.requests()).isEqualTo(500);
        assertThat(figures.failures()).isEmpty();
        assertThat(result.victims()).hasSize(1);
        assertThat(figures.moves()).isPositive();
        assertThat(figures.attemptsPerRequest()).isBetween(1.0, 2.0);
        assertThat(result.answersNanos()).isGreaterThan(result.healNanos());
    }

    @Test
    void answersEveryPostOnceOverHttp2WhenTheNearestRegionFreezesAndThaws() throws Exception {
        DrillPlan frozen = plan("freeze-get", 100, 3000, 1000, 1500);
        DrillPlan plan = new DrillPlan(
                frozen.drill(),
                frozen.ratePerSecond(),
                frozen.warmUp(),
                frozen.times(),
                DrillLoad.POST.withHttp2(true),
                true,
                frozen.upstream(),
                Front.ISOCHRONE,
                1);

        DrillFigures figures = new DrillFigures(new DrillRun(plan, step -> {}).run());

        assertThat(figures.requests()).isEqualTo(300);
        assertThat(figures.failures().keySet()).isSubsetOf(LoadFailure.AMBIGUOUS, LoadFailure.STATUS_5XX);
        assertThat(figures.executedTwice()).isZero();
        assertThat(figures.worstNanos()).isPositive();
    }

    /** P41: names of nodes. */
    @ParameterizedTest
    @ValueSource(strings = {"dns-moves", "dns-fails"})
    void failsNothingWhenNamesMoveOrDnsFails(String name) throws Exception {
        DrillResult result = new DrillRun(plan(name, 100, 12_000, 1000, 10_000), step -> {}).run();

        DrillFigures figures = new DrillFigures(result);
        assertThat(figures.requests()).isEqualTo(1200);
        assertThat(figures.failures()).isEmpty();
    }

    private static DrillPlan plan(String name, double rate, int duration, int faultAt, int healAt) {
        Drill drill = Drills.find(name);
        return new DrillPlan(
                drill,
                rate,
                Duration.ofMillis(600),
                new DrillTimes(Duration.ofMillis(duration), Duration.ofMillis(faultAt), Duration.ofMillis(healAt)),
                drill.load(),
                true,
                drill.setup().upstream(),
                Front.ISOCHRONE,
                0);
    }
}
