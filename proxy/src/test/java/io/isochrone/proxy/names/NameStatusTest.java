package io.isochrone.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.DnsSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P41: what follows from an answer. */
final class NameStatusTest {
    private static final InetAddress A = v4(1);
    private static final InetAddress B = v4(2);
    private static final InetAddress SIX = v6(1);
    private static final NameAnswer NONE = NameAnswer.empty();
    private static final NameAnswer SERVFAIL = NameAnswer.failed("servfail");
    private static final NameAnswer NXDOMAIN = NameAnswer.failed(NameAnswer.NXDOMAIN);

    private static InetAddress v4(int last) {
        return address(new byte[] {10, 0, 0, (byte) last});
    }

    private static InetAddress v6(int last) {
        byte[] bytes = new byte[16];
        bytes[0] = 0x20;
        bytes[15] = (byte) last;
        return address(bytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static NameAnswer found(long ttl, InetAddress... addresses) {
        return NameAnswer.found(List.of(addresses), ttl);
    }

    private static NameStatus after(NameStatus status, NameAnswer four, NameAnswer six) {
        return status.after(four, six, DnsSettings.DEFAULTS, 0);
    }

    @ParameterizedTest
    @CsvSource({"0, 5", "4, 5", "5, 5", "30, 30", "60, 60", "61, 60", "600, 60", "2147483647, 60", "-1, 5"})
    void asksAgainAfterTheTimeToLiveWithinItsBounds(long ttl, int seconds) {
        NameStatus status = after(NameStatus.UNKNOWN, found(ttl, A), NONE);

        assertThat(Duration.ofNanos(status.waitNanos())).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void asksAgainUpToAFifthSooner() {
        NameStatus status = NameStatus.UNKNOWN.after(found(60, A), NONE, DnsSettings.DEFAULTS, 1);

        assertThat(Duration.ofNanos(status.waitNanos())).isEqualTo(Duration.ofSeconds(48));
    }

    @Test
    void takesTheShorterTimeToLiveOfTwoFamilies() {
        NameStatus status = after(NameStatus.UNKNOWN, found(60, A), found(10, SIX));

        assertThat(Duration.ofNanos(status.waitNanos())).isEqualTo(Duration.ofSeconds(10));
        assertThat(status.addresses()).containsExactly(A, SIX);
    }

    @Test
    void keepsTheLastAddressesHoweverOftenItFailsAndAsksNoMoreOftenThanIsAllowed() {
        NameStatus status = after(NameStatus.UNKNOWN, found(60, A), NONE);
        for (NameAnswer failure : List.of(SERVFAIL, NXDOMAIN, NONE)) {
            NameStatus now = status;
            for (int i = 0; i < 1000; i++) {
                now = after(now, failure, failure);
                assertThat(now.addresses()).containsExactly(A);
                assertThat(now.isStale()).isTrue();
                assertThat(now.waitNanos()).isBetween(1_000_000_000L, 5_000_000_000L);
            }
            assertThat(now.failures()).isEqualTo(1000);
            assertThat(after(now, found(60, B), NONE).isStale()).isFalse();
        }
    }

    @Test
    void letsAddressesLeaveOnlyForOthers() {
        NameStatus both = after(NameStatus.UNKNOWN, found(60, A, B), found(60, SIX));

        assertThat(after(both, found(60, B), found(60, SIX)).addresses()).containsExactly(B, SIX);
        assertThat(after(both, found(60, B), NONE).addresses()).containsExactly(B);
        assertThat(after(both, NONE, found(60, SIX)).addresses()).containsExactly(SIX);
        assertThat(after(both, NONE, NONE).addresses()).containsExactly(A, SIX, B);
    }

    @Test
    void keepsAFamilyThatFailsWhileTheOtherMoves() {
        NameStatus both = after(NameStatus.UNKNOWN, found(60, A), found(60, SIX));

        NameStatus half = after(both, found(60, B), SERVFAIL);

        assertThat(half.addresses()).containsExactly(B, SIX);
        assertThat(half.isStale()).isTrue();
        assertThat(half.reason()).isEqualTo("servfail");
    }

    @Test
    void isNotStaleWhenAFamilyFailsOfWhichThereIsNoAddress() {
        NameStatus status = after(NameStatus.UNKNOWN, found(60, A), SERVFAIL);

        assertThat(status.isStale()).isFalse();
        assertThat(status.failures()).isZero();
    }

    @Test
    void knowsThatItWasAskedInVain() {
        NameStatus status = after(NameStatus.UNKNOWN, NXDOMAIN, NXDOMAIN);

        assertThat(NameStatus.UNKNOWN.isAsked()).isFalse();
        assertThat(status.isAsked()).isTrue();
        assertThat(status.isKnown()).isFalse();
        assertThat(status.isStale()).isFalse();
        assertThat(Duration.ofNanos(status.waitNanos())).isEqualTo(Duration.ofSeconds(1));
    }
}
