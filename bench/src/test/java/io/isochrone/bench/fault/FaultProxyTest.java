package io.isochrone.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {
    private LedgerBackend backend;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        backend = LedgerBackend.start("b1");
        proxy = FaultProxy.to(backend.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        backend.close();
    }

    @Test
    void passesRequestsAndResponsesUnchanged() throws IOException {
        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?one");
            assertThat(client.response()).endsWith("one b1 null");

            client.get("/who?two");
            assertThat(client.response()).endsWith("two b1 null");
        }
        assertThat(backend.accepted()).isEqualTo(1);
    }

    @Test
    void resetsOnTheFirstRequestByteWhenNoByteMayPass() throws IOException {
        proxy.set(new Fault.ResetAfter(Fault.Direction.REQUEST, 0));

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");

            assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
        }
        assertThat(backend.requests()).isZero();
        assertThat(proxy.bytes(Fault.Direction.REQUEST)).isZero();
    }

    @Test
    void resetsInTheMiddleOfAResponse() throws IOException {
        proxy.set(new Fault.ResetAfter(Fault.Direction.RESPONSE, 10));

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");

            assertThatThrownBy(client::readToEnd).isInstanceOf(SocketException.class);
        }
        assertThat(proxy.bytes(Fault.Direction.RESPONSE)).isEqualTo(10);
    }

    @Test
    void truncatesAResponseWithAnOrderlyEnd() throws IOException {
        proxy.set(new Fault.Truncate(15));

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");

            assertThat(client.readToEnd()).isEqualTo("HTTP/1.1 200 Pl");
        }
    }

    @Test
    void dripsAWholeResponse() throws IOException {
        proxy.set(new Fault.Drip(Duration.ofNanos(1000)));

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");

            assertThat(client.response()).endsWith("a b1 null");
        }
    }

    @Test
    void holdsWhatCameDuringABlackholeUntilItEnds() throws IOException {
        proxy.set(new Fault.Blackhole());

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");
            client.timeout(60);
            assertThatThrownBy(client::read).isInstanceOf(SocketTimeoutException.class);
            assertThat(backend.requests()).isZero();

            proxy.set(new Fault.Pass());
            client.timeout(5000);
            assertThat(client.response()).endsWith("a b1 null");
        }
    }

    @Test
    void refusesNewConnectionsResetsOpenOnesAndComesBackOnTheSamePort() throws IOException {
        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");
            client.response();

            proxy.set(new Fault.Refuse());

            assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> new RawClient(proxy.port())).isInstanceOf(ConnectException.class);
        }
        proxy.set(new Fault.Pass());
        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?b");
            assertThat(client.response()).endsWith("b b1 null");
        }
    }

    @Test
    void closesIdleConnectionsInOrder() throws IOException {
        proxy.set(new Fault.FinWhenIdle(Duration.ofMillis(30)));

        try (RawClient client = new RawClient(proxy.port())) {
            client.get("/who?a");
            client.response();

            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void holdsEveryChunkInBothDirections() throws IOException {
        proxy.set(new Fault.Delay(Duration.ofMillis(20)));

        try (RawClient client = new RawClient(proxy.port())) {
            long start = System.nanoTime();
            client.get("/who?a");
            client.response();

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(40_000_000);
        }
    }
}
