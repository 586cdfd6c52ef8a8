package io.isochrone.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LedgerBackendTest {
    private LedgerBackend backend;

    @BeforeEach
    void start() throws IOException {
        backend = LedgerBackend.start("b1");
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    @Test
    void countsEachPostByItsId() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            for (String id : new String[] {"x", "y", "x"}) {
                client.send("POST / HTTP/1.1\r\nHost: t\r\nX-Req-Id: " + id + "\r\nContent-Length: 2\r\n\r\nhi");
                client.response();
            }
        }

        assertThat(backend.ledger().count("x")).isEqualTo(2);
        assertThat(backend.ledger().count("y")).isEqualTo(1);
        assertThat(backend.ledger().max()).isEqualTo(2);
        assertThat(backend.ledger().size()).isEqualTo(2);
    }

    @Test
    void mirrorsAChunkedBodyByItsHash() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.send(
                    "PUT /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n");

            assertThat(client.response())
                    .contains("request: PUT /x\n", "body-bytes: 3\n")
                    .contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }

    @Test
    void answersEarlyBeforeTheBodyAndStaysUsable() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.send("POST /early HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 403");

            client.send("body");
            client.get("/who?next");
            assertThat(client.response()).endsWith("next b1 null");
        }
    }

    @Test
    void cutsWhatItPromised() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/trunc-cl");
            assertThat(client.readToEnd()).contains("Content-Length: 1000").endsWith("x".repeat(500));
        }
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/trunc-chunk");
            assertThat(client.readToEnd()).contains("chunked").doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void sendsEarlyHintsBeforeTheAnswer() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/103");

            assertThat(client.response()).startsWith("HTTP/1.1 103");
            assertThat(client.response()).endsWith("after hints");
        }
    }

    @Test
    void sendsAsMuchAsAskedFor() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/big?bytes=200000");

            assertThat(client.response()).hasSizeGreaterThan(200_000);
        }
    }

    @Test
    void closesConnectionsThatStayIdle() throws IOException {
        try (LedgerBackend hasty = LedgerBackend.start("hasty", 0, Duration.ofMillis(30));
                RawClient client = new RawClient(hasty.port())) {
            client.get("/who?a");
            client.response();

            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void resetsConnectionsWhenKilledAndListensAgainWhenRevived() throws IOException {
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/who?a");
            client.response();

            backend.kill();

            assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
        }
        assertThatThrownBy(() -> new RawClient(backend.port())).isInstanceOf(ConnectException.class);
        backend.revive();
        try (RawClient client = new RawClient(backend.port())) {
            client.get("/who?b");
            assertThat(client.response()).endsWith("b b1 null");
        }
    }
}
