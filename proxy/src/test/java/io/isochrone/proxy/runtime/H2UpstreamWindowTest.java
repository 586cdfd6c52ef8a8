package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.tls.NodeTls;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much an HTTP/2 upstream may send on a connection whose streams are not all read. */
class H2UpstreamWindowTest {
    private static final int STUCK = 40;
    private static final int STREAM_WINDOW = Limits.DEFAULTS.bufferBytes();

    @Test
    void readersThatAreStuckStopNoOtherStreamOfTheConnection() throws Exception {
        BlockingQueue<Integer> windows = new LinkedBlockingQueue<>();
        String full = "x".repeat(16_384);
        try (H2Origin origin = new H2Origin((connection, frame) -> {
                    if (frame.type() == H2Client.WINDOW_UPDATE && frame.stream() == 0) {
                        windows.add(frame.number(0));
                    } else if (frame.type() == H2Client.HEADERS
                            && connection.number == 1
                            && frame.stream() <= 2 * STUCK + 1) {
                        connection.headers(frame.stream(), false, ":status", "200");
                        for (int sent = 0; sent < STREAM_WINDOW; sent += full.length()) {
                            connection.data(
                                    frame.stream(),
                                    false,
                                    full); // all that its window lets by, more than 2 MiB together
                        }
                    } else if (frame.ends()) {
                        connection.ok(frame.stream(), "read");
                    }
                });
                EngineFixture front = new EngineFixture(
                        Limits.DEFAULTS,
                        Timeouts.ROUTER_DEFAULTS,
                        NodeTls.plain(),
                        false,
                        UpstreamProtocol.HTTP_2,
                        origin.port());
                H2Client stuck = new H2Client(front.server.port(), 1000);
                EngineFixture.Client reader = front.client()) {
            stuck.updatesWindows = false;
            for (int i = 0; i < STUCK; i++) {
                stuck.get(2 * i + 1, "/");
            }
            origin.await(STUCK);

            for (int i = 0; i < 50; i++) {
                assertThat(reader.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response())
                        .endsWith("read");
            }

            assertThat(windows.poll(5, TimeUnit.SECONDS)).isEqualTo((1 << 24) - 65_535);
            assertThat(windows).isEmpty(); // nothing had to be given back yet
            assertThat(origin.connections).hasValue(1);
        }
    }
}
