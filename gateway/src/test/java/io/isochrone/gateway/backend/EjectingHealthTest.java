package io.isochrone.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.outcome.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EjectingHealthTest {
    private static final long EJECTION = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 100, Long.MIN_VALUE + 7})
    void staysOutForTheEjectionWhateverTheClockShows(long now) {
        EjectingHealth health = new EjectingHealth(EJECTION);

        assertThat(health.isUsable(now)).isTrue();
        health.failed(Failure.CONNECT_REFUSED, now);

        assertThat(health.isUsable(now)).isFalse();
        assertThat(health.isUsable(now + EJECTION - 1)).isFalse();
        assertThat(health.isUsable(now + EJECTION)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void onlyWhatSpeaksAgainstTheServerItselfEjects(Failure failure) {
        EjectingHealth health = new EjectingHealth(EJECTION);

        health.failed(failure, 1);

        boolean ejects = failure == Failure.NO_ADDRESS
                || failure == Failure.CONNECT_REFUSED
                || failure == Failure.CONNECT_TIMEOUT
                || failure == Failure.TLS_FAILED
                || failure == Failure.REFUSING
                || failure == Failure.SILENT
                || failure == Failure.RESET_BEFORE_RESPONSE;
        assertThat(health.isUsable(1)).isEqualTo(!ejects);
    }

    @Test
    void comesBackAtOnceWhenAnAttemptSucceeds() {
        EjectingHealth health = new EjectingHealth(EJECTION);
        health.failed(Failure.CONNECT_REFUSED, 1);

        health.succeeded(10, 2);

        assertThat(health.isUsable(2)).isTrue();
    }

    @Test
    void aChangedLengthCountsFromTheNextEjection() {
        EjectingHealth health = new EjectingHealth(EJECTION);
        health.failed(Failure.CONNECT_REFUSED, 0);
        health.ejectionNanos(10);

        assertThat(health.isUsable(11)).isFalse();
        health.failed(Failure.CONNECT_REFUSED, 11);
        assertThat(health.isUsable(21)).isTrue();
    }
}
