package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.tls.NodeTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upstreams that would have us work, or keep memory, beyond what was asked of them; and busy ones, which only look like it. */
class H2UpstreamAbuseTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final int PUSH_PROMISE = 5;
    private static final int FRAMES = 200_000;

    /** What such an upstream does when it is asked for the second time, on stream 5. Immutable. */
    enum Attack {
        PINGS(ConnectionFault.CONTROL_FRAMES, 11),
        PING_ACKS(ConnectionFault.CONTROL_FRAMES, 11),
        SETTINGS(ConnectionFault.CONTROL_FRAMES, 11),
        SETTINGS_ACKS(ConnectionFault.CONTROL_FRAMES, 11),
        PRIORITIES(ConnectionFault.CONTROL_FRAMES, 11),
        UNKNOWN_FRAMES(ConnectionFault.CONTROL_FRAMES, 11),
        GOAWAYS(ConnectionFault.CONTROL_FRAMES, 11),
        DRIBBLED_WINDOW(ConnectionFault.CONTROL_FRAMES, 11),
        WINDOWS_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.CONTROL_FRAMES, 11),
        RESETS_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.CONTROL_FRAMES, 11),
        EMPTY_DATA(ConnectionFault.FRAME_FLOOD, 11),
        CONTINUATIONS(ConnectionFault.FRAME_FLOOD, 11),
        HEAD_WITHOUT_END(ConnectionFault.PROTOCOL, 1),
        PUSHES(ConnectionFault.PROTOCOL, 1),
        STREAMS_OF_ITS_OWN(ConnectionFault.PROTOCOL, 1),
        HEAD_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.PROTOCOL, 5),
        DATA_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.PROTOCOL, 5);

        private final ConnectionFault fault;
        private final int error;

        Attack(ConnectionFault fault, int error) {
            this.fault = fault;
            this.error = error;
        }
    }

    private static EngineFixture front(Timeouts timeouts, int... ports) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, timeouts, NodeTls.plain(), false, UpstreamProtocol.HTTP_2, ports);
    }

    private static EngineFixture front(int... ports) throws Exception {
        return front(Timeouts.GATEWAY_DEFAULTS, ports);
    }

    private static void ok(H2Origin.Connection connection, H2Client.Frame frame) throws IOException {
        if (frame.ends()) {
            connection.ok(frame.stream(), "hello");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endTheConnectionAndNoOther(Attack attack) throws Exception {
        BlockingQueue<H2Client.Frame> goAways = new LinkedBlockingQueue<>();
        try (H2Origin hostile = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.GOAWAY) {
                        goAways.add(frame);
                    } else if (frame.ends() && frame.stream() == 5 && connection.number == 1) {
                        for (int i = 0; i < FRAMES; i++) {
                            step(connection, attack, i);
                        }
                    } else {
                        ok(connection, frame);
                    }
                });
                H2Origin willing = new H2Origin(H2UpstreamAbuseTest::ok);
                EngineFixture front = front(hostile.port(), willing.port());
                EngineFixture.Client client = front.client()) {
            assertThat(client.send(GET).response()).endsWith("hello");
            front.nextRecord();

            client.send(GET);

            if (attack == Attack.EMPTY_DATA) {
                assertThat(client.rest()).startsWith("HTTP/1.1 200 ");
                assertThat(front.nextRecord().failure()).isEqualTo(Failure.RESPONSE_CUT);
            } else {
                assertThat(client.response()).startsWith("HTTP/1.1 200 ").contains("Isochrone-Attempts: 2");
                assertThat(front.nextRecord().attempts()).contains("=reset_before_response,");
            }
            assertThat(front.upstreamFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(attack.fault);
            assertThat(front.upstreamFaults).isEmpty();
            H2Client.Frame goAway = goAways.poll();
            if (goAway != null) { // a reset of the socket may have overtaken it
                assertThat(goAway.error()).isEqualTo(attack.error);
            }
            try (EngineFixture.Client next = front.client()) {
                assertThat(next.send(GET).response()).contains("Isochrone-Attempts: 1");
            }
            assertThat(hostile.connections).hasValue(2);
        }
    }

    private static void step(H2Origin.Connection to, Attack attack, int i) throws IOException {
        switch (attack) {
            case PINGS -> to.frame(H2Client.PING, 0, 0, new byte[8]);
            case PING_ACKS -> to.frame(H2Client.PING, H2Client.ACK, 0, new byte[8]);
            case SETTINGS -> to.frame(H2Client.SETTINGS, 0, 0);
            case SETTINGS_ACKS -> to.frame(H2Client.SETTINGS, H2Client.ACK, 0);
            case PRIORITIES -> to.frame(2, 0, 5, new byte[] {0, 0, 0, 3, 1});
            case UNKNOWN_FRAMES -> to.frame(77, 0, 0, new byte[3]);
            case GOAWAYS -> to.goAway(5, 0);
            case DRIBBLED_WINDOW -> to.frame(H2Client.WINDOW_UPDATE, 0, 0, H2Client.number(1));
            case WINDOWS_OF_A_STREAM_THAT_IS_OVER -> to.frame(H2Client.WINDOW_UPDATE, 0, 3, H2Client.number(1000));
            case RESETS_OF_A_STREAM_THAT_IS_OVER -> to.frame(H2Client.RST_STREAM, 0, 3, H2Client.number(0));
            case EMPTY_DATA -> {
                if (i == 0) {
                    to.headers(5, false, ":status", "200");
                } else {
                    to.frame(H2Client.DATA, 0, 5);
                }
            }
            case CONTINUATIONS -> to.frame(i == 0 ? H2Client.HEADERS : H2Client.CONTINUATION, 0, 5);
            case HEAD_WITHOUT_END ->
                to.frame(i == 0 ? H2Client.HEADERS : H2Client.CONTINUATION, 0, 5, new byte[10_000]);
            case PUSHES -> to.frame(PUSH_PROMISE, H2Client.END_HEADERS, 3, new byte[] {0, 0, 0, 2, (byte) 0x82});
            case STREAMS_OF_ITS_OWN -> to.headers(2 * i + 2, false, ":status", "200");
            case HEAD_OF_A_STREAM_THAT_IS_OVER -> to.headers(3, true, ":status", "200");
            case DATA_OF_A_STREAM_THAT_IS_OVER -> to.data(3, false, "more");
        }
    }

    /** Each is its request's own failure; a hundred of them end the connection. */
    @ParameterizedTest
    @EnumSource
    void brokenHeadsAreBorneFewTimes(Broken broken) throws Exception {
        try (H2Origin hostile = new H2Origin((connection, frame) -> {
                    if (frame.ends()) {
                        boolean first = frame.stream() == 3;
                        switch (broken) {
                            case HPACK_BOMBS ->
                                connection.frame(H2Client.HEADERS, H2Client.END_HEADERS, frame.stream(), bomb(first));
                            case FORBIDDEN_FIELDS ->
                                connection.headers(frame.stream(), false, ":status", "200", "connection", "close");
                            case INTERIMS -> {
                                for (int i = 0; i < 33; i++) {
                                    connection.headers(frame.stream(), false, ":status", "103");
                                }
                            }
                        }
                    }
                });
                EngineFixture front = front(hostile.port());
                EngineFixture.Client client = front.client()) {
            int bound = ConnectionFault.BROKEN_STREAMS.bound();
            for (int i = 0; i < bound; i++) {
                client.send(GET);
                assertThat(last(client)).startsWith("HTTP/1.1 502 ");
                assertThat(front.nextRecord().failure()).isEqualTo(Failure.BAD_RESPONSE);
            }
            assertThat(front.upstreamFaults).isEmpty();
            assertThat(hostile.connections).hasValue(1);

            client.send(GET);

            assertThat(last(client)).startsWith("HTTP/1.1 502 ");
            assertThat(front.upstreamFaults.poll(5, TimeUnit.SECONDS)).isEqualTo(ConnectionFault.BROKEN_STREAMS);
        }
    }

    /** How a head may be broken. Immutable. */
    enum Broken {
        HPACK_BOMBS,
        FORBIDDEN_FIELDS,
        INTERIMS
    }

    /** The response behind the interim ones. */
    private static String last(EngineFixture.Client client) throws IOException {
        String response = client.response();
        while (response.startsWith("HTTP/1.1 103 ")) {
            response = client.response();
        }
        return response;
    }

    /** A head of a few hundred bytes that is a megabyte long: one large field in the table, named again and again. */
    private static byte[] bomb(boolean first) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x88);
        if (first) {
            byte[] value = "v".repeat(3900).getBytes(StandardCharsets.US_ASCII);
            int rest = value.length - 127;
            block.write(new byte[] {0x40, 1, 'x', 0x7f, (byte) (0x80 | rest & 0x7f), (byte) (rest >> 7)});
            block.write(value);
        }
        for (int i = 0; i < 300; i++) {
            block.write(0x80 | 62);
        }
        return block.toByteArray();
    }

    /** As gRPC servers do: each DATA frame is answered with a PING and two small window updates. */
    @Test
    void aBusyUpstreamIsNoFlood() throws Exception {
        int requests = ConnectionFault.CONTROL_FRAMES.bound();
        try (H2Origin busy = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.DATA) {
                        connection.frame(H2Client.WINDOW_UPDATE, 0, 0, H2Client.number(2));
                        connection.frame(H2Client.PING, 0, 0, new byte[8]);
                    }
                    ok(connection, frame);
                    if (frame.ends()) {
                        connection.frame(H2Client.WINDOW_UPDATE, 0, frame.stream(), H2Client.number(2));
                    }
                });
                EngineFixture front = front(busy.port());
                EngineFixture.Client client = front.client()) {
            for (int i = 0; i < requests; i++) {
                assertThat(client.send(POST).response()).endsWith("hello");
            }

            assertThat(front.upstreamFaults).isEmpty();
            assertThat(busy.connections).hasValue(1);
        }
    }

    /** P22: what was on its way when its client left is no fault of the upstream's, and no reason to cut others. */
    @Test
    void answersToCancelledRequestsAreNoFault() throws Exception {
        int cancelled = 500;
        int[] resets = new int[1];
        try (H2Origin slow = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.RST_STREAM) {
                        connection.headers(frame.stream(), false, ":status", "200");
                        connection.data(frame.stream(), false, "late");
                        connection.data(frame.stream(), true, "r");
                        if (++resets[0] == cancelled) {
                            connection.ok(3, "patient");
                        }
                    }
                });
                EngineFixture front = front(slow.port());
                EngineFixture.Client patient = front.client()) {
            patient.send(POST);
            slow.await(1);
            List<H2Client> clients = new ArrayList<>();
            for (int i = 0; i < cancelled; i++) {
                if (i % 100 == 0) { // a client may reset 200 in 30 s
                    clients.add(new H2Client(front.server.port()));
                }
                H2Client client = clients.get(i / 100);
                client.get(2 * (i % 100) + 1, "/");
                slow.await(i + 2);
                client.reset(2 * (i % 100) + 1, 8);
            }

            assertThat(patient.response()).endsWith("patient");

            assertThat(front.upstreamFaults).isEmpty();
            assertThat(slow.connections).hasValue(1);
            for (H2Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void oneThatTakesNothingIsGivenUp() throws Exception {
        Timeouts d = Timeouts.GATEWAY_DEFAULTS;
        Timeouts quick = new Timeouts(
                d.requestHead(),
                d.downstreamIdle(),
                d.connect(),
                Duration.ofSeconds(30),
                Duration.ofMillis(400),
                d.upstreamIdle(),
                d.tunnelIdle(),
                d.drain());
        CountDownLatch over = new CountDownLatch(1);
        try (H2Origin stuck = new H2Origin(
                        (connection, frame) -> {
                            if (frame.type() == H2Client.HEADERS) {
                                connection.frame(H2Client.WINDOW_UPDATE, 0, 0, H2Client.number(1 << 30));
                                try {
                                    assertThat(over.await(8, TimeUnit.SECONDS)).isTrue();
                                } catch (InterruptedException e) {
                                    throw new IOException(e);
                                }
                            }
                        },
                        H2Origin.setting(4, 1 << 30));
                EngineFixture front = front(quick, stuck.port());
                EngineFixture.Client client = front.client()) {
            Thread upload = new Thread(() -> {
                try {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
                    for (int i = 0; i < 100; i++) {
                        client.send("x".repeat(1_000_000));
                    }
                } catch (IOException e) {
                    return; // it was answered before
                }
            });
            upload.start();

            assertThat(front.upstreamFaults.poll(8, TimeUnit.SECONDS)).isEqualTo(ConnectionFault.STUCK);
            assertThat(front.nextRecord().failure()).isEqualTo(Failure.RESET_BEFORE_RESPONSE);
            over.countDown();
            client.socket.close();
            upload.join(8000);
        }
    }

    /** The table of what we have sent would be as large as the upstream likes, and hold every cookie that went by. */
    @Test
    void anUpstreamMayNotMakeUsKeepALargeTable() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        try (H2Origin greedy = new H2Origin(
                        (connection, frame) -> {
                            if (frame.type() == H2Client.HEADERS) {
                                sizes.add(frame.payload().length);
                            }
                            ok(connection, frame);
                        },
                        H2Origin.setting(1, 1 << 30));
                EngineFixture front = front(greedy.port());
                EngineFixture.Client client = front.client()) {
            for (int i = 0; i < 2; i++) {
                for (int field = 0; field < 4; field++) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-" + field + ": " + "v".repeat(2000) + "\r\n\r\n");
                    assertThat(client.response()).endsWith("hello");
                }
            }

            assertThat(sizes.subList(4, 8)).allMatch(size -> size > 1000);
        }
    }
}
