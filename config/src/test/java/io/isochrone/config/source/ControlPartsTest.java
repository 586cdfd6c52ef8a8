package io.isochrone.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.model.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlPartsTest {
    @Test
    void waitsTwiceAsLongEachTimeUpToFiveSecondsHalfOfItByChance() {
        Backoff backoff = new Backoff(new Random(1));
        long most = Backoff.LEAST_MILLIS;
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.failedMillis()).isBetween(most / 2, most);
            most = Math.min(Backoff.MOST_MILLIS, 2 * most);
        }

        backoff.succeeded();

        assertThat(backoff.failedMillis()).isLessThanOrEqualTo(Backoff.LEAST_MILLIS);
    }

    @Test
    void readsSeveralUrls() {
        assertThat(ControlSettings.urls("https://a:8443, https://[::1]/"))
                .containsExactly(URI.create("https://a:8443"), URI.create("https://[::1]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a:1", "http://a:1", "https://a/b", "https://u@a", "https://a?b", "https://a,", "https://"})
    void refusesWhatIsNoUrlOfAControlPlane(String text) {
        assertThatThrownBy(() -> ControlSettings.urls(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: https://HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}{}",
                "null",
                "{\"epoch\":0,\"version\":1,\"checksum\":\"\",\"items\":{}}",
                "{\"epoch\":1,\"version\":-1,\"checksum\":\"\",\"items\":{}}",
                "{\"epoch\":1,\"version\":1,\"items\":{}}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\"}",
                "{\"epoch\":1.5,\"version\":1,\"checksum\":\"\",\"items\":{}}",
                "{\"epoch\":99999999999999999999,\"version\":1,\"checksum\":\"\",\"items\":{}}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\",\"items\":{\"a\":{}}}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\",\"items\":[]}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\",\"from\":1,\"set\":{}}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\",\"items\":{},\"force\":1}",
                "{\"epoch\":1,\"version\":1,\"checksum\":\"\",\"from\":{},\"removed\":\"a\"}"
            })
    void refusesAnswersThatAreNoOffer(String text) {
        assertThatThrownBy(() -> Offer.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void passesOverFieldsThatItDoesNotKnow() throws IOException {
        Offer offer = Offer.read(
                ("{\"new\":{\"a\":[1]},\"epoch\":1,\"version\":2,\"checksum\":\"c\",\"items\":{\"a\":\"\\u00e4\"},"
                                + "\"force\":true}")
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(offer.items()).containsEntry("a", "ä");
        assertThat(offer.force()).isTrue();
    }

    @Test
    void readsHowOftenToReport() {
        assertThat(ReportAnswer.reportMillis("{\"a\":{},\"reportSeconds\":2}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(2000);
        assertThat(ReportAnswer.reportMillis("{}".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(ReportAnswer.reportMillis("x".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(ReportAnswer.reportMillis(new byte[0])).isNull();
    }

    @Test
    void findsItsOwnAddress() {
        assertThat(OwnAddress.towards(List.of(URI.create("https://127.0.0.1:8443"))))
                .isEqualTo("127.0.0.1");
        assertThat(OwnAddress.areLoopback(List.of(URI.create("https://localhost:1"), URI.create("https://[::1]:1"))))
                .isTrue();
        assertThat(OwnAddress.areLoopback(List.of(URI.create("https://localhost:1"), URI.create("https://10.0.0.1"))))
                .isFalse();
        assertThat(OwnAddress.isWildcard("0.0.0.0")).isTrue();
        assertThat(OwnAddress.isWildcard("::")).isTrue();
        assertThat(OwnAddress.isWildcard("10.0.0.0")).isFalse();
        assertThat(OwnAddress.isWildcard("host")).isFalse();
    }

    @Test
    void takesTheNextPortWhenOneIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            HostPort free = OwnAddress.free("127.0.0.1", port, Math.min(65535, port + 20));

            assertThat(free.port()).isGreaterThan(port);
        }
        assertThat(OwnAddress.free("127.0.0.1", 0, 0).port()).isPositive();
    }
}
