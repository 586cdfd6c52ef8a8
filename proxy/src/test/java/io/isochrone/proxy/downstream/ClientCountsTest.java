package io.isochrone.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.IpLiteral;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Connections by client: who is one client, and that nothing is kept of those that have gone. */
final class ClientCountsTest {
    private final ClientCounts counts = new ClientCounts();

    private static byte[] address(String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    @Test
    void refusesBeyondTheBoundAndForgetsWhoeverHasNoneLeft() {
        byte[] one = address("192.0.2.1");
        assertThat(counts.open(one, 2)).isTrue();
        assertThat(counts.open(address("192.0.2.1"), 2)).isTrue();
        assertThat(counts.open(one, 2)).isFalse();
        assertThat(counts.open(address("192.0.2.2"), 2)).isTrue();

        counts.close(one);
        assertThat(counts.open(one, 2)).isTrue();
        counts.close(one);
        counts.close(one);
        counts.close(address("192.0.2.2"));
        assertThat(counts.clients()).isZero();
    }

    @Test
    void takesOneNetworkOfIpv6ForOneClient() {
        assertThat(counts.open(address("2001:db8:0:1::1"), 1)).isTrue();
        assertThat(counts.open(address("2001:db8:0:1:ffff::9"), 1)).isFalse();
        assertThat(counts.open(address("2001:db8:0:2::1"), 1)).isTrue();
    }
}
