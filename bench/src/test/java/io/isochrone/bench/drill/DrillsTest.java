package io.isochrone.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DrillsTest {
    @Test
    void haveGoalsAndFindableNames() {
        assertThat(Drills.all()).hasSizeGreaterThan(20).allSatisfy(drill -> {
            assertThat(drill.goals()).isNotEmpty();
            assertThat(Drills.find(drill.name())).isSameAs(drill);
        });
    }

    @Test
    void namesTheDrillThatWasPerhapsMeant() {
        assertThatThrownBy(() -> Drills.find("kil-get")).hasMessageContaining("did you mean \"kill-get\"?");
    }

    @Test
    void keepsTheCourseInAnotherTime() {
        DrillTimes half = DrillTimes.USUAL.in(Duration.ofSeconds(10));

        assertThat(half.faultAt()).isEqualTo(Duration.ofSeconds(3));
        assertThat(half.healAt()).isEqualTo(Duration.ofMillis(6500));
    }

    @Test
    void refusesTimesThatHealBeforeTheFault() {
        assertThatThrownBy(() -> DrillTimes.seconds(20, 9, 3)).hasMessageContaining("expected: above 0, each before");
    }

    @Test
    void letsBackendsDoAsMuchAsTheLoadSays() {
        DrillPlan plan = DrillPlan.of(Drills.find("overload"));

        // Five nodes' workers at 2 ms each: 2,500 requests per second, of which 2,000 are asked for.
        assertThat(plan.setup().backendNanos()).isEqualTo(2_000_000);
        assertThat(plan.capacity(2)).isEqualTo(1500);
        assertThat(plan.capacity(0)).isEqualTo(2000);
    }
}
