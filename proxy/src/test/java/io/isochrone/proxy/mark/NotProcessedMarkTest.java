package io.isochrone.proxy.mark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NotProcessedMarkTest {
    @Test
    void provesOnlyWithTheSameSecret() {
        NotProcessedMark ours = NotProcessedMark.of("sixteen-characters");
        String value = ours.value("draining");

        assertThat(value).startsWith("draining;");
        assertThat(ours.isProof(value)).isTrue();
        assertThat(NotProcessedMark.of("another-secret-here").isProof(value)).isFalse();
        assertThat(ours.isProof("draining")).isFalse();
        assertThat(ours.isProof("draining;")).isFalse();
        assertThat(ours.isProof(null)).isFalse();
    }

    @Test
    void withoutASecretNothingIsMarkedOrBelieved() {
        NotProcessedMark none = NotProcessedMark.of(null);

        assertThat(none.value("draining")).isNull();
        assertThat(none.isProof("draining;")).isFalse();
    }
}
