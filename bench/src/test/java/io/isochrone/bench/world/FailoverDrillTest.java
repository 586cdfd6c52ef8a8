package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.report.FailoverReport;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("system")
@Timeout(180)
final class FailoverDrillTest {
    @Test
    void failsNoRequestWhenTheProcessesOfTheNearestRegionAreKilled() throws Exception {
        FailoverPlan plan = new FailoverPlan(
                100,
                Duration.ofSeconds(2),
                Duration.ofSeconds(14),
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                true,
                Front.ISOCHRONE);

        FailoverResult result = new FailoverDrill(plan, step -> {}).run();

        FailoverResult.Phase during = result.phases().get(1);
        assertThat(result.whole().requests()).isEqualTo(1400);
        assertThat(result.whole().failures()).isEmpty();
        assertThat(during.requests()).isPositive();
        assertThat(result.isHome()).isTrue();
        assertThat(new FailoverReport(result).json().path("all").path("failed").asLong())
                .isZero();
    }
}
