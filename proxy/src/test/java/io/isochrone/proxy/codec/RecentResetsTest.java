package io.isochrone.proxy.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Which streams are remembered as reset by us. */
final class RecentResetsTest {
    @Test
    void theLastOfManyAreRemembered() {
        RecentResets resets = new RecentResets(4);
        for (int id = 1; id < 20; id += 2) {
            resets.add(id);
        }

        for (int id = 1; id < 40; id += 2) {
            assertThat(resets.contains(id)).as("stream " + id).isEqualTo(id >= 13 && id <= 19);
        }
    }

    @Test
    void nothingIsRememberedAtFirst() {
        RecentResets resets = new RecentResets(4);

        assertThat(resets.contains(1)).isFalse();
        assertThat(resets.contains(7)).isFalse();
    }

    @Test
    void theSizeIsAPowerOfTwo() {
        assertThatThrownBy(() -> new RecentResets(3)).hasMessage("size: 3 (expected: a power of two)");
    }
}
