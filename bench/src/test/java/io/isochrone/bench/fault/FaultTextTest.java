package io.isochrone.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FaultTextTest {
    @ParameterizedTest
    @MethodSource("io.isochrone.bench.fault.FaultText#names")
    void readsWhatItWrites(String name) {
        Fault fault = FaultText.parse(name);

        assertThat(FaultText.parse(FaultText.of(fault))).isEqualTo(fault);
    }

    @Test
    void takesANumberBehindTheName() {
        assertThat(FaultText.parse("slow=7")).isEqualTo(new Fault.Slow(7));
        assertThat(FaultText.parse("unavailable=0.25")).isEqualTo(new Fault.Unavailable(Fault.Answerer.LINK, 0.25));
    }

    @Test
    void namesTheFaultThatWasPerhapsMeant() {
        assertThatThrownBy(() -> FaultText.parse("freze")).hasMessageContaining("did you mean \"freeze\"?");
        assertThatThrownBy(() -> FaultText.parse("slow=x")).hasMessageContaining("expected: a number");
        assertThatThrownBy(() -> FaultText.parse("slow=0")).hasMessageContaining("expected: 1 to 1000");
        assertThatThrownBy(() -> FaultText.parse("kill=2")).hasMessageContaining("expected: one of");
    }
}
