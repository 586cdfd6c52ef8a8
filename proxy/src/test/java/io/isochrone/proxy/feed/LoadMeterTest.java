package io.isochrone.proxy.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Outcome;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private final LoadMeter meter = new LoadMeter(0);

    private void ended(Outcome outcome, int status, String region, long nanos) {
        meter.ended(new ExchangeRecord(
                outcome, status, "GET", "/", null, region, null, "", 1, null, "c", "p", 0, 0, 0, 0, nanos));
    }

    @Test
    void saysWhatWasCarriedSinceItWasAskedLast() {
        for (int i = 1; i <= 100; i++) {
            ended(Outcome.RELAYED, i <= 4 ? 502 : 200, i <= 20 ? "eastus" : "westeurope", i * 1_000_000L);
        }

        LoadMeter.Taken first = meter.take(3, 2 * SECOND);

        assertThat(first.load().requestsPerSecond()).isEqualTo(50, Offset.offset(0.001));
        assertThat(first.load().errorsPerSecond()).isEqualTo(2, Offset.offset(0.001));
        assertThat(first.load().inFlight()).isEqualTo(3);
        assertThat(first.load().p50Millis()).isCloseTo(50, Percentage.withPercentage(25));
        assertThat(first.load().p99Millis()).isCloseTo(99, Percentage.withPercentage(25));
        assertThat(first.regions().get("eastus")).isEqualTo(10, Offset.offset(0.001));

        LoadMeter.Taken second = meter.take(0, 3 * SECOND);

        assertThat(second.load().requestsPerSecond()).isZero();
        assertThat(second.load().p99Millis()).isZero();
        assertThat(second.regions().get("westeurope")).isZero();
    }

    @Test
    void questionsAboutItselfAndClientsThatLeftDoNotCount() {
        ended(Outcome.ANSWERED, 200, "eastus", 1);
        ended(Outcome.CLIENT_GONE, 0, "eastus", 1);

        assertThat(meter.take(0, SECOND).load().requestsPerSecond()).isZero();
    }

    @Test
    void everyTimeIsInABucketThatEndsAfterItAndAtMostAQuarterLater() {
        for (long nanos = 4; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos = nanos * 3 / 2) {
            double end = LoadMeter.endMillis(LoadMeter.bucket(nanos)) * 1e6;

            assertThat(end).isGreaterThan((double) nanos).isLessThanOrEqualTo(nanos * 1.2500001);
        }
        assertThat(LoadMeter.bucket(0)).isEqualTo(LoadMeter.bucket(4));
        assertThat(LoadMeter.bucket(Long.MAX_VALUE)).isLessThan(256);
    }
}
