package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.NodeTls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP/2 upstreams may do wrong, and what then becomes of requests. */
class H2UpstreamFaultTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

    private static EngineFixture front(int... ports) throws Exception {
        return new EngineFixture(
                Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS, NodeTls.plain(), false, UpstreamProtocol.HTTP_2_NODE, ports);
    }

    private static void ok(H2Origin.Connection connection, H2Client.Frame frame) throws java.io.IOException {
        if (frame.ends()) {
            connection.ok(frame.stream(), "hello");
        }
    }

    @Test
    void sendsARefusedPostOnceMoreAndThenElsewhere() throws Exception {
        try (H2Origin refusing = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        connection.frame(H2Client.RST_STREAM, 0, frame.stream(), H2Client.number(7));
                    }
                });
                H2Origin willing = new H2Origin(H2UpstreamFaultTest::ok);
                EngineFixture front = front(refusing.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(POST).response())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Isochrone-Attempts: 2")
                    .endsWith("hello");
            assertThat(refusing.requests).hasValue(2);
            assertThat(willing.requests).hasValue(1);
        }
    }

    @Test
    void sendsExactlyTheStreamsAgainThatAGoawayLeftOut() throws Exception {
        try (H2Origin leaving = new H2Origin((connection, frame) -> {
                    if (connection.number == 1 && frame.type() == H2Client.HEADERS && frame.stream() > 3) {
                        connection.goAway(3, 0);
                    } else if (frame.ends() && (connection.number > 1 || frame.stream() == 3)) {
                        connection.ok(frame.stream(), "by " + connection.number);
                    }
                });
                EngineFixture front = front(leaving.port());
                EngineFixture.Client first = front.client();
                EngineFixture.Client second = front.client()) {
            assertThat(first.send(POST).response()).endsWith("by 1");
            assertThat(second.send(POST).response()).endsWith("by 2");
            assertThat(front.nextRecord().attemptCount()).isEqualTo(1);
        }
    }

    @Test
    void repeatsAGetAndNoPostThatWasLostBeforeItsResponse() throws Exception {
        try (H2Origin dying = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.socket.close();
                    }
                });
                H2Origin willing = new H2Origin(H2UpstreamFaultTest::ok);
                EngineFixture front = front(dying.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ");
            assertThat(client.send(POST).response()).startsWith("HTTP/1.1 502 ").contains("may have been processed");
            assertThat(willing.requests).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 8})
    void cutsAResponseThatIsReset(int error) throws Exception {
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.headers(frame.stream(), false, ":status", "200", "content-length", "10");
                        connection.data(frame.stream(), false, "half");
                        connection.frame(H2Client.RST_STREAM, 0, frame.stream(), H2Client.number(error));
                    }
                });
                EngineFixture front = front(origin.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).rest()).startsWith("HTTP/1.1 200 ").endsWith("half");
            assertThat(front.nextRecord().failure()).isEqualTo(Failure.RESPONSE_CUT);
        }
    }

    @Test
    void takesAWholeResponseBeforeItsRequestWasWholeForWhatItIs() throws Exception {
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        connection.ok(frame.stream(), "early");
                        connection.frame(H2Client.RST_STREAM, 0, frame.stream(), H2Client.number(0));
                    }
                });
                EngineFixture front = front(origin.port());
                EngineFixture.Client client = front.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbegun");
            assertThat(client.response()).startsWith("HTTP/1.1 200 ").endsWith("early");
        }
    }

    static List<List<String>> badHeads() {
        return List.of(
                List.of("content-length", "0"),
                List.of(":status", "20"),
                List.of(":status", "abc"),
                List.of(":status", "200", ":status", "200"),
                List.of(":status", "200", "a", "b", ":status", "200"),
                List.of(":status", "200", ":path", "/"),
                List.of(":status", "200", "connection", "close"),
                List.of(":status", "200", "transfer-encoding", "chunked"),
                List.of(":status", "200", "X-Upper", "a"),
                List.of(":status", "200", "a", "b\r\nc: d"),
                List.of(":status", "200", "a", "b\u0000"),
                List.of(":status", "200", "a b", "c"),
                List.of(":status", "101"),
                List.of(":status", "103"),
                List.of(":status", "200", "content-length", "5"),
                List.of(":status", "200", "content-length", "-1"));
    }

    @ParameterizedTest
    @MethodSource("badHeads")
    void takesNoBadHeadForAnAnswer(List<String> fields) throws Exception {
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.headers(frame.stream(), true, fields.toArray(new String[0]));
                    }
                });
                EngineFixture front = front(origin.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void takesNoMoreDataThanWasDeclared() throws Exception {
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.headers(frame.stream(), false, ":status", "200", "content-length", "2");
                        connection.data(frame.stream(), true, "more than that");
                    }
                });
                EngineFixture front = front(origin.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).rest()).doesNotContain("more");
        }
    }

    @Test
    void cutsAResponseThatEndsBeforeItsDeclaredLength() throws Exception {
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        connection.headers(frame.stream(), false, ":status", "200", "content-length", "20");
                        connection.data(frame.stream(), true, "short");
                    }
                });
                EngineFixture front = front(origin.port());
                EngineFixture.Client client = front.client()) {
            client.send(GET).rest();
            assertThat(front.nextRecord().failure()).isEqualTo(Failure.RESPONSE_CUT);
        }
    }

    @Test
    void givesUpANodeThatAnswersNoPing() throws Exception {
        try (H2Origin silent = new H2Origin((connection, frame) -> {});
                H2Origin willing = new H2Origin(H2UpstreamFaultTest::ok);
                EngineFixture front = front(silent.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ").contains("Isochrone-Attempts: 2");
        }
    }

    @Test
    void waitsForANodeThatAnswersPings() throws Exception {
        try (H2Origin slow = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.PING && (frame.flags() & H2Client.ACK) == 0) {
                        connection.frame(H2Client.PING, H2Client.ACK, 0, frame.payload());
                        connection.ok(3, "late");
                    }
                });
                EngineFixture front = front(slow.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).endsWith("late");
        }
    }

    /** The client's upload was paused for good when a sweep looked at the stream between the two. */
    @Test
    void goesOnWithAnUploadWhoseWindowGrewALittleAndLaterALot() throws Exception {
        int[] taken = new int[1];
        try (H2Origin slow = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        connection.frame(H2Client.WINDOW_UPDATE, 0, 0, H2Client.number(1 << 24));
                    } else if (frame.type() == H2Client.DATA) {
                        int before = taken[0];
                        taken[0] += frame.payload().length;
                        if (before < 65535 && taken[0] >= 65535) {
                            connection.frame(H2Client.WINDOW_UPDATE, 0, frame.stream(), H2Client.number(20_000));
                        }
                    } else if (frame.type() == H2Client.PING && (frame.flags() & H2Client.ACK) == 0) {
                        connection.frame(H2Client.PING, H2Client.ACK, 0, frame.payload()); // a second has gone by
                        connection.frame(H2Client.WINDOW_UPDATE, 0, 3, H2Client.number(1 << 24));
                    }
                    ok(connection, frame);
                });
                EngineFixture front = front(slow.port());
                EngineFixture.Client client = front.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));

            assertThat(client.response()).endsWith("hello");
            assertThat(taken[0]).isEqualTo(1_000_000);
        }
    }

    @Test
    void endsAConnectionThatFloodsIt() throws Exception {
        try (H2Origin flooding = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.HEADERS) {
                        for (int i = 0; i < 5000; i++) {
                            connection.frame(H2Client.PING, 0, 0, new byte[8]);
                        }
                    }
                });
                H2Origin willing = new H2Origin(H2UpstreamFaultTest::ok);
                EngineFixture front = front(flooding.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 ").contains("Isochrone-Attempts: 2");
        }
    }

    @Test
    void failsOverWhenNothingListens() throws Exception {
        try (java.net.Socket held = new java.net.Socket();
                H2Origin willing = new H2Origin(H2UpstreamFaultTest::ok)) {
            held.bind(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
            try (EngineFixture front = front(held.getLocalPort(), willing.port());
                    EngineFixture.Client client = front.client()) {
                assertThat(client.send(POST).response()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void answers502WhereHttp1Answers() throws Exception {
        try (RawBackend one = new RawBackend((head, in, out, socket) -> RawBackend.ok(out, "HTTP/1.1"));
                EngineFixture front = front(one.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).startsWith("HTTP/1.1 502 ");
        }
    }
}
