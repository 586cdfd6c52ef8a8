package io.isochrone.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.proxy.http.H1Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forged, honest and broken X-Forwarded-For, from trusted and untrusted peers. {@code |} parts field lines. */
final class ClientAddressTest {
    private static final List<Cidr> TRUSTED = List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"));
    private static final byte[] PEER = {10, 0, 0, 1};

    private static H1Request head(String fields) {
        String text = "GET / HTTP/1.1\r\nHost: h\r\n" + (fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n")
                + "\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        H1Request request = new H1Request();
        assertThat(request.parse(bytes, bytes.length, 8192, 100)).isNull();
        return request;
    }

    private static String resolve(String fields, boolean trusted) {
        return ClientAddress.resolve(PEER, "10.0.0.1", trusted, head(fields), TRUSTED)
                .text();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';10.0.0.1",
                "X-Forwarded-For: 1.2.3.4;1.2.3.4",
                "X-Forwarded-For: 6.6.6.6, 1.2.3.4;1.2.3.4",
                "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.9.9.9;1.2.3.4",
                "X-Forwarded-For: 1.2.3.4|X-Forwarded-For: 5.6.7.8;5.6.7.8",
                "X-Forwarded-For: 5.6.7.8|X-Forwarded-For: 10.2.2.2;5.6.7.8",
                "X-Forwarded-For: [::1]:80;::1",
                "X-Forwarded-For: [2001:db8::7];2001:db8::7",
                "X-Forwarded-For: ::ffff:1.2.3.4;1.2.3.4",
                "X-Forwarded-For: 1.2.3.4:5678;1.2.3.4",
                "X-Forwarded-For: 10.5.5.5;10.5.5.5",
                "X-Forwarded-For: junk;10.0.0.1",
                "X-Forwarded-For: host.name;10.0.0.1",
                "X-Forwarded-For: 1.2.3.4, junk, 10.3.3.3;10.3.3.3",
                "X-Forwarded-For: 1.2.3.4,;10.0.0.1",
                "X-Forwarded-For: 1.2.3.4:;10.0.0.1",
                "X-Forwarded-For: 01.2.3.4;10.0.0.1",
                "Forwarded: for=9.9.9.9|X-Forwarded-For: 1.2.3.4;1.2.3.4",
                "Connection: x-forwarded-for|X-Forwarded-For: 1.2.3.4;1.2.3.4",
                "X_Forwarded_For: 1.2.3.4;10.0.0.1"
            })
    void aTrustedProxyIsBelievedFromTheRight(String fields, String expected) {
        assertThat(resolve(fields, true)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4"})
    void anUntrustedPeerIsNotBelieved(String fields) {
        assertThat(resolve(fields, false)).isEqualTo("10.0.0.1");
    }

    @Test
    void aListOfTenKibibytesIsBounded() {
        assertThat(resolve("X-Forwarded-For: " + "10.1.1.1, ".repeat(1000) + "10.1.1.2", true))
                .startsWith("10.1.1.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-forwarded-for",
                "x_forwarded_for",
                "x-forwarded-host",
                "forwarded",
                "x-real-ip",
                "x_real_ip",
                "isochrone-region",
                "isochrone_region",
                "isochrone-not-processed"
            })
    void whatComesFromOutsideInAnySpellingIsReplaced(String name) {
        assertThat(ForwardedFields.replaces(name)).isTrue();
    }

    @Test
    void extendsATrustedChainAndStartsAnUntrustedOneAnew() {
        H1Request head = head("X-Forwarded-For: 1.2.3.4|X-Forwarded-Proto: https");
        StringBuilder trusted = new StringBuilder();
        StringBuilder untrusted = new StringBuilder();

        ForwardedFields.of(new ForwardedHeaders(true, true), "10.0.0.1", true, false, head)
                .writeTo((name, value) ->
                        trusted.append(name).append('=').append(value).append('|'));
        ForwardedFields.of(new ForwardedHeaders(true, true), "9.9.9.9", false, false, head)
                .writeTo((name, value) ->
                        untrusted.append(name).append('=').append(value).append('|'));

        assertThat(trusted.toString())
                .isEqualTo("X-Forwarded-For=1.2.3.4, 10.0.0.1|X-Forwarded-Proto=https|X-Forwarded-Host=h|"
                        + "Forwarded=for=10.0.0.1;proto=http;host=\"h\"|");
        assertThat(untrusted.toString())
                .isEqualTo("X-Forwarded-For=9.9.9.9|X-Forwarded-Proto=http|X-Forwarded-Host=h|"
                        + "Forwarded=for=9.9.9.9;proto=http;host=\"h\"|");
    }
}
