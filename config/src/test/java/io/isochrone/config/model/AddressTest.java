package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "1.2.3.4,1.2.3.4",
        "255.255.255.255,255.255.255.255",
        "::,::",
        "::1,::1",
        "2001:DB8::1,2001:db8::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
        "1::,1::",
        "::ffff:1.2.3.4,1.2.3.4",
        "64:ff9b::1.2.3.4,64:ff9b::102:304"
    })
    void readsAndWritesAddresses(String text, String canonical) {
        assertThat(IpLiteral.format(Objects.requireNonNull(IpLiteral.parse(text))))
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "1..2.3",
                "a.b.c.d",
                "localhost",
                ":",
                ":1",
                "1:",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "::1.2.3",
                "1.2.3.4::",
                "::g",
                "1:2:3:4:5:6:7::8",
                "fe80::1%eth0",
                " 1.2.3.4"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpLiteral.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.1.1,true",
        "10.0.0.0/8,11.0.0.0,false",
        "0.0.0.0/0,9.9.9.9,true",
        "0.0.0.0/0,::1,false",
        "192.168.1.0/25,192.168.1.127,true",
        "192.168.1.0/25,192.168.1.128,false",
        "::1,::1,true",
        "2001:db8::/33,2001:db8:7fff::1,true",
        "2001:db8::/33,2001:db8:8000::1,false",
        "1.2.3.4,::ffff:1.2.3.4,true"
    })
    void aBlockHoldsItsAddresses(String block, String address, boolean inside) {
        assertThat(Cidr.parse(block).contains(Objects.requireNonNull(IpLiteral.parse(address))))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "host/8", "::/129"})
    void refusesBadBlocksAndSaysWhatWasExpected(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"a.example:80,a.example:80", "[::1]:8080,[::1]:8080", "127.0.0.1:0,127.0.0.1:0"})
    void readsAndWritesHostAndPort(String text, String same) {
        assertThat(HostPort.parse(text)).hasToString(same);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "a", "a:", "a:x", "a:70000", "a:-1", "::1:80"})
    void refusesBadHostAndPort(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }
}
