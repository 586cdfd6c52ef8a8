package io.isochrone.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.Sample;
import io.isochrone.bench.world.WorldNames;
import io.isochrone.config.model.GeoPoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client in Jakarta, 50 ms from its region and 250 ms from every other; the fault lasts from the sixth to the 13th second, answers come at the 14th. */
final class DrillFiguresTest {
    private static final long MS = 1_000_000;
    private static final String HOME = "southeastasia";
    private static final LoadClient ASIAN = new LoadClient("Jakarta", "ID", new GeoPoint(-6, 107), 1, "192.0.2.1");

    @Test
    void measuresAboveTheDistanceOfTheRegionThatServed() {
        DrillFigures figures = figures(served(5_000, 60, HOME), served(7_000, 290, "eastus"));

        assertThat(figures.normalP99Nanos()).isEqualTo(10 * MS);
        assertThat(figures.worstNanos()).isEqualTo(40 * MS);
    }

    @Test
    void leavesOutOfTheWorstWhatHadEndedBeforeTheFault() {
        DrillFigures figures = figures(served(1_000, 900, HOME), served(5_990, 60, HOME), served(8_000, 255, "eastus"));

        assertThat(figures.worstNanos()).isEqualTo(10 * MS);
        assertThat(figures.slow()).isZero();
    }

    @Test
    void countsRequestsOver50MillisecondsAboveDistance() {
        DrillFigures figures = figures(
                served(7_000, 300, "eastus"), served(7_001, 301, "eastus"), failed(7_002, 60, LoadFailure.RESET));

        assertThat(figures.slow()).isEqualTo(2);
        assertThat(figures.worstNanos()).isEqualTo(60 * MS);
    }

    @Test
    void tellsTheWayThatWasLostWithTheRegionFromTheTimeThatTheRouterTook() {
        DrillFigures figures = figures(served(5_000, 50, HOME), served(5_970, 290, "eastus"));

        assertThat(figures.worstNanos()).isEqualTo(40 * MS);
        assertThat(figures.worstAboveTravelNanos()).isEqualTo(10 * MS);
    }

    @Test
    void countsNoWayAsLostBeyondTheRoundTripOrWhenAnotherRegionServedTheClientAnyway() {
        DrillFigures slow = figures(served(5_000, 50, HOME), served(5_900, 400, "eastus"));
        DrillFigures stranger = figures(served(5_000, 250, "eastus"), served(5_970, 290, "eastus"));

        assertThat(slow.worstAboveTravelNanos()).isEqualTo(100 * MS);
        assertThat(stranger.worstAboveTravelNanos()).isEqualTo(40 * MS);
    }

    @Test
    void isBackToNormalAfterTheLastWindowThatWasNot() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(6_000, 6_900, 500, HOME));
        samples.addAll(steady(6_900, 13_000, 256, "eastus"));

        assertThat(figures(samples).backToNormalNanos()).isEqualTo(1_000 * MS);
    }

    @Test
    void toleratesTwiceTheNormalAnd5Milliseconds() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(6_000, 13_000, 265, "eastus"));

        assertThat(figures(samples).backToNormalNanos()).isZero();
    }

    @Test
    void countsAMoveWhenTheRegionOfTheMajorityChanges() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(6_000, 8_000, 255, "eastus"));
        samples.addAll(steady(8_000, 8_200, 255, "westeurope"));
        samples.addAll(steady(8_200, 15_000, 255, "eastus"));
        samples.addAll(steady(15_000, 20_000, 55, HOME));

        assertThat(figures(samples).moves()).isEqualTo(2);
    }

    @Test
    void recoversWhenNothingFailsAndAllIsNormal() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(14_000, 20_000, 55, HOME));
        samples.add(failed(15_100, 3, LoadFailure.RESET));

        assertThat(figures(samples).recoveryNanos()).isEqualTo(1_500 * MS);
    }

    @Test
    void hasNotRecoveredWhenTheLoadEndedBeforeTheAnswers() {
        DrillResult early = result(steady(0, 6_000, 55, HOME), List.of());
        DrillResult late = new DrillResult(
                early.plan(),
                early.clients(),
                early.victims(),
                early.roundTrips(),
                early.samples(),
                early.faultNanos(),
                early.healNanos(),
                20_100 * MS,
                0,
                List.of());

        assertThat(new DrillFigures(late).recoveryNanos()).isEqualTo(-1);
    }

    @Test
    void isHomeWhenTheRegionServesNearlyAllOfItsClients() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(6_000, 14_700, 255, "eastus"));
        samples.addAll(steady(14_700, 15_600, 55, HOME));
        samples.addAll(steady(15_600, 16_000, 255, "eastus"));
        samples.addAll(steady(16_000, 20_000, 55, HOME));

        assertThat(figures(samples).homeFirstNanos()).isEqualTo(700 * MS);
        assertThat(figures(samples).homeFullNanos()).isEqualTo(2_000 * MS);
    }

    @Test
    void isNeverHomeWhenItsClientsStayElsewhere() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(6_000, 20_000, 255, "eastus"));

        assertThat(figures(samples).homeFirstNanos()).isEqualTo(-1);
        assertThat(figures(samples).homeFullNanos()).isEqualTo(-1);
    }

    @Test
    void holdsAgainstAPostOnlyWhatWasNotOnTheWireOrDoesNotSaySo() {
        DrillFigures figures = figures(
                failed(5_980, 25, LoadFailure.AMBIGUOUS),
                failed(5_980, 25, LoadFailure.STATUS_5XX),
                failed(6_200, 25, LoadFailure.AMBIGUOUS));

        assertThat(figures.failed()).isEqualTo(3);
        assertThat(figures.failedWithoutReason()).isEqualTo(2);
        assertThat(figures.failures()).containsEntry(LoadFailure.AMBIGUOUS, 2L);
        assertThat(figures.lastFailureNanos()).isEqualTo(200 * MS);
    }

    @Test
    void countsAsServedWhatIsAnsweredInTimeNotWhatWasDue() {
        List<Sample> samples = steady(0, 6_000, 55, HOME);
        samples.addAll(steady(7_000, 13_000, 55, HOME));
        samples.addAll(steady(7_000, 13_000, 9_000, "eastus"));

        assertThat(figures(samples).servedPerSecond()).isBetween(9.5, 10.1);
    }

    @Test
    void dividesTheRoutersAttemptsByItsRequests() {
        DrillFigures figures = new DrillFigures(result(
                List.of(served(5_000, 60, HOME)),
                List.of(new DrillResult.Meter(0, 100, 110), new DrillResult.Meter(20_000 * MS, 300, 410))));

        assertThat(figures.attemptsPerRequest()).isEqualTo(1.5);
    }

    @Test
    void readsSumsOfAllSeriesFromAPageOfMetrics() {
        String page = "# HELP a_total x\na_total{b=\"c\"} 2.0\na_total{b=\"d\"} 3\na_total_more 7\n";

        assertThat(DrillMeter.sum(page, "a_total")).isEqualTo(5);
    }

    private static Sample served(long dueMillis, long latencyMillis, String region) {
        return new Sample(dueMillis * MS, latencyMillis * MS, 200, region, 0, null);
    }

    private static Sample failed(long dueMillis, long latencyMillis, LoadFailure failure) {
        return new Sample(dueMillis * MS, latencyMillis * MS, 502, "none", 0, failure);
    }

    private static List<Sample> steady(long from, long to, long latencyMillis, String region) {
        List<Sample> samples = new ArrayList<>();
        for (long due = from; due < to; due += 100) {
            samples.add(served(due, latencyMillis, region));
        }
        return samples;
    }

    private static DrillFigures figures(Sample... samples) {
        return figures(List.of(samples));
    }

    private static DrillFigures figures(List<Sample> samples) {
        return new DrillFigures(result(samples, List.of()));
    }

    static DrillResult result(List<Sample> samples, List<DrillResult.Meter> meters) {
        return new DrillResult(
                DrillPlan.of(Drills.find("kill-get")),
                List.of(ASIAN),
                List.of(WorldNames.find(HOME)),
                (client, region) -> (region.equals(HOME) ? 50 : 250) * MS,
                samples,
                6_000 * MS,
                13_000 * MS,
                14_000 * MS,
                0,
                meters);
    }
}
