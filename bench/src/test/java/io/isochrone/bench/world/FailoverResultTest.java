package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadFailure;
import io.isochrone.bench.load.Sample;
import io.isochrone.config.model.GeoPoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FailoverResultTest {
    private static final long MS = 1_000_000;
    private static final FailoverPlan PLAN = new FailoverPlan(
            10,
            Duration.ZERO,
            Duration.ofSeconds(20),
            Duration.ofSeconds(6),
            Duration.ofSeconds(13),
            true,
            Front.ISOCHRONE);
    private static final LoadClient ASIAN = new LoadClient("Jakarta", "ID", new GeoPoint(-6, 107), 1, "192.0.2.1");

    @Test
    void countsARequestUnderWayAtTheKillAsDuring() {
        FailoverResult result = result(
                sample(5_000, 60, "southeastasia"), sample(5_990, 80, "eastus"), sample(15_000, 60, "southeastasia"));

        assertThat(result.phases())
                .extracting(FailoverResult.Phase::name, FailoverResult.Phase::requests)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("before", 1L),
                        org.assertj.core.groups.Tuple.tuple("during", 1L),
                        org.assertj.core.groups.Tuple.tuple("after", 1L));
    }

    @Test
    void measuresAboveTheDistanceOfTheRegionThatServed() {
        FailoverResult result = result(sample(5_000, 60, "southeastasia"), sample(7_000, 290, "eastus"));

        assertThat(result.phases().get(0).worstAboveNanos()).isEqualTo(10 * MS);
        assertThat(result.phases().get(1).worstAboveNanos()).isEqualTo(40 * MS);
    }

    @Test
    void tellsTheWayThatWasLostWithTheRegionFromTheTimeThatTheRouterTook() {
        // Half way to the region or back, 30 ms after it was due, the request is lost and begins anew.
        FailoverResult result = result(sample(5_000, 50, "southeastasia"), sample(5_970, 290, "eastus"));

        assertThat(result.phases().get(1).worstAboveNanos()).isEqualTo(40 * MS);
        assertThat(result.phases().get(1).worstAboveTravelNanos()).isEqualTo(10 * MS);
    }

    @Test
    void countsNoWayAsLostBeyondTheRoundTripOrWhenAnotherRegionServedTheClientAnyway() {
        FailoverResult slow = result(sample(5_000, 50, "southeastasia"), sample(5_900, 400, "eastus"));
        FailoverResult stranger = result(sample(5_000, 250, "eastus"), sample(5_970, 290, "eastus"));

        assertThat(slow.phases().get(1).worstAboveTravelNanos()).isEqualTo(100 * MS);
        assertThat(stranger.phases().get(1).worstAboveTravelNanos()).isEqualTo(40 * MS);
    }

    @Test
    void isHomeAfterTheLastRequestThatAnotherRegionServed() {
        FailoverResult result = result(
                sample(5_000, 60, "southeastasia"),
                sample(13_900, 250, "eastus"),
                sample(14_700, 250, "eastus"),
                sample(15_000, 60, "southeastasia"));

        assertThat(result.homeNanos()).isEqualTo(700 * MS);
        assertThat(result.isHome()).isTrue();
    }

    @Test
    void isNotHomeWhenItsClientsStayElsewhere() {
        FailoverResult result = result(sample(5_000, 60, "southeastasia"), sample(19_900, 250, "eastus"));

        assertThat(result.isHome()).isFalse();
    }

    @Test
    void countsFailuresByCause() {
        FailoverResult result = result(
                sample(5_000, 60, "southeastasia"), new Sample(6_100 * MS, 3 * MS, 0, null, 0, LoadFailure.RESET));

        assertThat(result.phases().get(1).failures()).containsEntry(LoadFailure.RESET, 1L);
        assertThat(result.whole().failed()).isEqualTo(1);
    }

    @Test
    void refusesAPlanThatHealsBeforeItKills() {
        assertThatThrownBy(() -> new FailoverPlan(
                        10,
                        Duration.ZERO,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(3),
                        true,
                        Front.ISOCHRONE))
                .hasMessageContaining("expected: each before the next");
    }

    private static Sample sample(long dueMillis, long latencyMillis, String region) {
        return new Sample(dueMillis * MS, latencyMillis * MS, 200, region, 0, null);
    }

    private static FailoverResult result(Sample... samples) {
        return new FailoverResult(
                PLAN,
                List.of(ASIAN),
                WorldNames.find("southeastasia"),
                (client, region) -> (region.equals("southeastasia") ? 50 : 250) * MS,
                List.of(samples),
                6_000 * MS,
                13_000 * MS,
                14_000 * MS);
    }
}
