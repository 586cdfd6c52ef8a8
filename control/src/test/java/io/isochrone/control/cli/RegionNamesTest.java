package io.isochrone.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegionNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"West Europe", "westeurope", "WESTEUROPE", "west europe"})
    void findsARegionInEitherForm(String written) {
        assertThat(RegionNames.displayName(written, List.of())).isEqualTo("West Europe");
        assertThat(RegionNames.displayName(written, List.of("East US", "West Europe")))
                .isEqualTo("West Europe");
    }

    @Test
    void findsARegionThatOnlyTheControlPlaneKnows() {
        assertThat(RegionNames.displayName("rackseven", List.of("Rack Seven"))).isEqualTo("Rack Seven");
    }

    @Test
    void doesNotFindARegionThatIsNotOffered() {
        assertThatThrownBy(() -> RegionNames.displayName("westeurope", List.of("East US")))
                .hasMessage("region: \"westeurope\" (expected: a region)");
    }

    @Test
    void namesTheNearestOfThoseThatAreOffered() {
        assertThatThrownBy(() -> RegionNames.displayName("Rack Sevn", List.of("East US", "Rack Seven")))
                .hasMessage("region: \"Rack Sevn\" (expected: a region; did you mean \"Rack Seven\"?)");
    }
}
