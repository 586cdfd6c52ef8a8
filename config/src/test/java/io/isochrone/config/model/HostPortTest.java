package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
    @Test
    void readsEveryPortAndWritesItAgain() {
        for (int port = 0; port <= 65535; port++) {
            assertThat(HostPort.parse("h:" + port)).isEqualTo(new HostPort("h", port));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:65536",
                "h:99999",
                "h:123456",
                "h:+80",
                "h:-0",
                "h: 80",
                "h:80 ",
                "h:8O",
                "h:\u0668\u0660",
                "h:0x50",
                "h:",
                "h:80:",
                "h",
                ":80",
                "",
                ":"
            })
    void refusesWhatIsNoPort(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" (expected: HOST:PORT or [IPV6]:PORT)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "a-b.example:1",
                "my_service:1",
                "3com.example:1",
                "xn--bcher-kva.example:1",
                "127.0.0.1:1",
                "[::1]:1",
                "[2001:db8::1]:1",
                "[::ffff:1.2.3.4]:1"
            })
    void readsHostsAndWritesThemAgain(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::1:80",
                "[localhost]:80",
                "[127.0.0.1]:80",
                "[::1:80",
                "::1]:80",
                "[]:80",
                "[::1%eth0]:80",
                "[[::1]]:80",
                "a b:80",
                "a/b:80",
                "user@a:80",
                "-a:80",
                "a-:80",
                "a-.b:80",
                ".a:80",
                "a.:80",
                "a..b:80",
                "b\u00fccher:80",
                "a%41:80",
                "127.0.0.256:80",
                "127.1:80",
                "1:80",
                "a\n:80",
                "a\0:80"
            })
    void refusesWhatIsNoHost(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boundsNamesAndLabels() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);

        assertThat(HostPort.parse(longest + ":1").host()).hasSize(253);
        assertThatThrownBy(() -> HostPort.parse(longest + "a:1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HostPort.parse(label + "a:1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesValuesOutOfRange() {
        assertThatThrownBy(() -> new HostPort("", 1)).hasMessageStartingWith("host: \"\" (expected: ");
        assertThatThrownBy(() -> new HostPort("h", -1)).hasMessage("port: -1 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new HostPort("h", 65536)).hasMessage("port: 65536 (expected: 0 to 65535)");
    }
}
