package io.isochrone.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P41: in which order several addresses are tried. */
final class AddressOrderTest {
    private static final InetSocketAddress A = at(1);
    private static final InetSocketAddress B = at(2);
    private static final InetSocketAddress C = at(3);
    private final AddressOrder order = new AddressOrder(List.of(A, B, C), 0);

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void beginsWithEachByTurns() {
        assertThat(order.from(0)).containsExactly(A, B, C);
        assertThat(order.from(1)).containsExactly(B, C, A);
        assertThat(order.from(2)).containsExactly(C, A, B);
        assertThat(order.from(Integer.MIN_VALUE)).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void triesDoubtedOnesLast() {
        AddressOrder doubting = order.doubting(A);

        for (int turn = 0; turn < 5; turn++) {
            assertThat(doubting.from(turn)).hasSize(3).endsWith(A);
        }
        assertThat(doubting.from(0).get(0)).isNotEqualTo(doubting.from(1).get(0));
        assertThat(doubting.doubting(A)).isEqualTo(doubting);
    }

    @Test
    void doubtsNoneWhenItWouldDoubtAll() {
        AddressOrder all = order.doubting(A).doubting(B).doubting(C);

        assertThat(all.doubted()).isZero();
        assertThat(all.all()).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void knowsNothingOfOthers() {
        assertThat(order.doubting(at(9))).isEqualTo(order);
        assertThat(order.has(at(9))).isFalse();
        assertThat(order.has(null)).isFalse();
        assertThat(order.has(B)).isTrue();
        assertThat(AddressOrder.NONE.from(3)).isEmpty();
    }
}
