package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.tls.NodeTls;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What proves that an HTTP/2 upstream did not process a request, and what does not. */
class H2UpstreamProofTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final Timeouts QUICK = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    private static EngineFixture front(int... ports) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, QUICK, NodeTls.plain(), false, UpstreamProtocol.HTTP_2_NODE, ports);
    }

    private static void ok(H2Origin.Connection connection, H2Client.Frame frame) throws java.io.IOException {
        if (frame.ends()) {
            connection.ok(frame.stream(), "hello");
        }
    }

    @Test
    void aNodeThatAcceptsAndSaysNothingWasSentNothing() throws Exception {
        try (H2Origin hung = new H2Origin((connection, frame) -> {}, null);
                H2Origin willing = new H2Origin(H2UpstreamProofTest::ok);
                EngineFixture front = front(hung.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(POST).response())
                    .contains("Isochrone-Attempts: 2")
                    .endsWith("hello");
            assertThat(front.nextRecord().attempts()).contains("=connect_timeout,");
            assertThat(hung.requests).hasValue(0);
        }
    }

    @Test
    void aPostWaitsForASilentNodeThatAGetLeaves() throws Exception {
        H2Origin.Connection[] stalled = new H2Origin.Connection[1];
        try (H2Origin silent = new H2Origin((connection, frame) -> stalled[0] = connection);
                H2Origin willing = new H2Origin(H2UpstreamProofTest::ok);
                EngineFixture front = front(silent.port(), willing.port());
                EngineFixture.Client post = front.client();
                EngineFixture.Client get = front.client()) {
            post.send(POST);
            assertThat(get.send(GET).response()).contains("Isochrone-Attempts: 2");
            assertThat(front.nextRecord().attempts()).contains("=silent,");
            stalled[0].ok(3, "late");

            assertThat(post.response()).contains("Isochrone-Attempts: 1").endsWith("late");
        }
    }

    @Test
    void aHeadThatTheNodeDoesNotTakeIsTooLargeAndHarmsNoOther() throws Exception {
        try (H2Origin small = new H2Origin(H2UpstreamProofTest::ok, H2Origin.setting(6, 600));
                EngineFixture front = front(small.port());
                EngineFixture.Client client = front.client();
                EngineFixture.Client other = front.client()) {
            assertThat(other.send(GET).response()).endsWith("hello");
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(600) + "\r\n\r\n");

            assertThat(client.response()).startsWith("HTTP/1.1 431 ");
            assertThat(other.send(GET).response()).endsWith("hello");
            assertThat(small.connections).hasValue(1);
        }
    }

    @Test
    void aNodeThatRefusesEveryStreamIsSuspected() throws Exception {
        try (H2Origin refusing = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        connection.frame(H2Client.RST_STREAM, 0, frame.stream(), H2Client.number(7));
                    }
                });
                EngineFixture front = front(refusing.port());
                EngineFixture.Client client = front.client()) {
            boolean suspected = false;
            for (int i = 0; i < 20 && !suspected; i++) {
                assertThat(client.send(POST).response()).startsWith("HTTP/1.1 503 ");
                ExchangeRecord record = front.nextRecord();
                suspected = record.failure() != null && record.failure().isEndpointSuspect();
            }

            assertThat(suspected).isTrue();
        }
    }

    @Test
    void aStreamThatWasResetSaysNothingOfTheNode() throws Exception {
        try (H2Origin resetting = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.frame(H2Client.RST_STREAM, 0, frame.stream(), H2Client.number(2));
                    }
                });
                EngineFixture front = front(resetting.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(POST).response()).startsWith("HTTP/1.1 502 ");

            ExchangeRecord record = front.nextRecord();
            assertThat(record.outcome()).isEqualTo(Outcome.AMBIGUOUS);
            Failure failure = record.failure();
            assertThat(failure).isNotNull();
            assertThat(failure.isEndpointSuspect()).isFalse();
        }
    }

    @Test
    void resetsOfStreamsThatAreGoneAreAFloodToo() throws Exception {
        try (H2Origin flooding = new H2Origin((connection, frame) -> {
                    if (frame.ends() && connection.number == 1) {
                        for (int i = 0; i < 25_000; i++) {
                            connection.frame(H2Client.RST_STREAM, 0, 1, H2Client.number(0));
                        }
                    } else {
                        ok(connection, frame);
                    }
                });
                EngineFixture front = front(flooding.port(), flooding.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).contains("Isochrone-Attempts: 2");
        }
    }
}
