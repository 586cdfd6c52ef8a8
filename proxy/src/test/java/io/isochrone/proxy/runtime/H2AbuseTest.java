package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * P22: clients that would have us work for nothing, and read nothing meanwhile: their connection is closed soon with ENHANCE_YOUR_CALM, others are
 * served all the while, and little is held.
 */
final class H2AbuseTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    /** A second, and what a busy machine needs besides. */
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long LITTLE_BYTES = 4 << 20;

    /** What such a client does. Immutable. */
    enum Attack {
        RAPID_RESET(ConnectionFault.RESETS),
        MADE_YOU_RESET(ConnectionFault.BROKEN_STREAMS),
        BROKEN_HEADS(ConnectionFault.BROKEN_STREAMS),
        HPACK_BOMBS(ConnectionFault.BROKEN_STREAMS),
        PINGS(ConnectionFault.CONTROL_FRAMES),
        PING_ACKS(ConnectionFault.CONTROL_FRAMES),
        SETTINGS(ConnectionFault.CONTROL_FRAMES),
        SETTINGS_ACKS(ConnectionFault.CONTROL_FRAMES),
        GOAWAYS(ConnectionFault.CONTROL_FRAMES),
        PRIORITIES(ConnectionFault.CONTROL_FRAMES),
        UNKNOWN_FRAMES(ConnectionFault.CONTROL_FRAMES),
        DRIBBLED_WINDOW(ConnectionFault.CONTROL_FRAMES),
        DRIBBLED_RESPONSE(ConnectionFault.CONTROL_FRAMES),
        WINDOWS_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.CONTROL_FRAMES),
        RESETS_OF_A_STREAM_THAT_IS_OVER(ConnectionFault.CONTROL_FRAMES),
        CONTINUATIONS(ConnectionFault.FRAME_FLOOD),
        EMPTY_DATA(ConnectionFault.FRAME_FLOOD);

        private final ConnectionFault fault;

        Attack(ConnectionFault fault) {
            this.fault = fault;
        }
    }

    @Test
    void bearsTheCancellationsOfTheManyClientsOfARouter() throws Exception {
        try (RawBackend backend = new RawBackend(H2EngineTest::who);
                EngineFixture engine = EngineFixture.to(backend.port())) {
            engine.attachment = Peer.NODE;
            try (H2Client client = new H2Client(engine.server.port())) {
                int stream = 1;
                for (int i = 0; i < 1000; i++) {
                    client.get(stream, "/");
                    client.reset(stream, 8);
                    assertThat(client.get(stream + 2, "/").response(stream + 2).status())
                            .isEqualTo("200");
                    stream += 4;
                }
            }
            assertThat(engine.faults).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheConnectionAndServesOthers(Attack attack) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    if (head.startsWith("GET /good")) {
                        return H2EngineTest.who(head, in, out, socket);
                    }
                    if (head.startsWith("GET /big")) {
                        return RawBackend.ok(out, "x".repeat(1 << 20));
                    }
                    in.readAllBytes();
                    return false;
                });
                EngineFixture engine = EngineFixture.to(backend.port());
                H2Client good = new H2Client(engine.server.port());
                H2Client client = new H2Client(engine.server.port())) {
            good.get(1, "/good").response(1);
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            Others others = new Others(good);
            others.start();
            long begin = System.nanoTime();
            int sent = 0;
            try {
                for (int i = 0; i < 20_000; i++) {
                    step(client, attack, i);
                    sent++;
                }
            } catch (IOException closed) {
                assertThat(sent).isLessThan(20_000);
            }

            H2Client.Frame goAway = client.end();

            assertThat(System.nanoTime() - begin).isLessThan(SOON_NANOS);
            assertThat(engine.faults.poll(5, TimeUnit.SECONDS)).isEqualTo(attack.fault);
            if (goAway != null) { // a reset of the socket may have overtaken it
                assertThat(goAway.error()).isEqualTo(ENHANCE_YOUR_CALM);
            }
            others.end();
            assertThat(others.answers).isPositive().isEqualTo(others.asked);
            assertThat(others.mostHeld - before).isLessThan(LITTLE_BYTES);
            while (engine.server.inFlight() > 0) { // an answer is there before its stream is over
                assertThat(Thread.interrupted()).as("time is up").isFalse();
                Thread.onSpinWait();
            }
            assertThat(engine.faults).isEmpty();
        }
    }

    /** A client that asks one request after another while its neighbour attacks. Confined to its thread until it has ended. */
    private static final class Others extends Thread {
        private final H2Client client;
        private volatile boolean over;
        private int asked;
        private int answers;
        private long mostHeld;

        Others(H2Client client) {
            super("others");
            this.client = client;
        }

        @Override
        public void run() {
            do {
                asked++;
                int stream = 2 * asked + 1;
                try {
                    client.get(stream, "/good");
                } catch (IOException e) {
                    return; // one that was asked and not answered
                }
                if (client.response(stream).text().equals("GET /good")) {
                    answers++;
                }
                mostHeld = Math.max(mostHeld, PooledByteBufAllocator.DEFAULT.pinnedDirectMemory());
            } while (!over);
        }

        /** Lets it finish its request. */
        void end() throws InterruptedException {
            over = true;
            join();
        }
    }

    private static void step(H2Client client, Attack attack, int i) throws IOException {
        int stream = 2 * i + 1;
        switch (attack) {
            case RAPID_RESET -> client.get(stream, "/slow").reset(stream, 8);
            case MADE_YOU_RESET -> client.get(stream, "/slow").window(stream, 0);
            case BROKEN_HEADS -> client.get(stream, "/slow", "connection", "close");
            case HPACK_BOMBS -> client.raw(bomb(stream, i == 0));
            case PINGS -> client.frame(H2Client.PING, 0, 0, new byte[8]);
            case PING_ACKS -> client.frame(H2Client.PING, H2Client.ACK, 0, new byte[8]);
            case SETTINGS -> client.frame(H2Client.SETTINGS, 0, 0);
            case SETTINGS_ACKS -> client.frame(H2Client.SETTINGS, H2Client.ACK, 0);
            case GOAWAYS -> client.frame(H2Client.GOAWAY, 0, 0, new byte[8]);
            case PRIORITIES -> client.frame(2, 0, 1, new byte[] {0, 0, 0, 3, 1});
            case UNKNOWN_FRAMES -> client.frame(77, 0, 0, new byte[3]);
            case DRIBBLED_WINDOW -> client.window(0, 1);
            case DRIBBLED_RESPONSE -> {
                if (i == 0) {
                    client.updatesWindows = false;
                    client.get(1, "/big");
                    client.await(H2Client.DATA);
                } else {
                    client.window(1, 1);
                }
            }
            case WINDOWS_OF_A_STREAM_THAT_IS_OVER -> {
                if (i == 0) {
                    client.get(1, "/good").response(1);
                }
                client.window(1, 1000);
            }
            case RESETS_OF_A_STREAM_THAT_IS_OVER -> {
                if (i == 0) {
                    client.get(1, "/good").response(1);
                }
                client.reset(1, 8);
            }
            case CONTINUATIONS -> {
                if (i == 0) {
                    client.frame(H2Client.HEADERS, 0, 1, client.block(":method", "GET"));
                } else {
                    client.frame(H2Client.CONTINUATION, 0, 1);
                }
            }
            case EMPTY_DATA -> {
                if (i == 0) {
                    client.request(1, false, "POST", "/slow");
                } else {
                    client.frame(H2Client.DATA, 0, 1);
                }
            }
        }
    }

    /** A head of a few hundred bytes that is a megabyte long: one large field in the table, named again and again. */
    private static byte[] bomb(int stream, boolean first) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84});
        if (first) {
            byte[] value = "v".repeat(3900).getBytes(StandardCharsets.US_ASCII);
            block.write(0x40);
            block.write(1);
            block.write('x');
            block.write(0x7f);
            int rest = value.length - 127;
            block.write(0x80 | rest & 0x7f);
            block.write(rest >> 7);
            block.write(value);
        }
        for (int i = 0; i < 300; i++) {
            block.write(0x80 | 62);
        }
        return H2Client.bytes(
                H2Client.HEADERS, H2Client.END_HEADERS | H2Client.END_STREAM, stream, block.toByteArray());
    }
}
