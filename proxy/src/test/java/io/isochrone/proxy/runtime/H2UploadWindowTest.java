package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How much an HTTP/2 client may send on a connection whose uploads are not all taken. */
class H2UploadWindowTest {
    private static final int STUCK = 60;
    private static final int STREAM_WINDOW = Limits.DEFAULTS.bufferBytes();
    private static final int SIZE = 4 * STREAM_WINDOW;
    private static final int LARGE = 1 << 20;
    private static final int OTHER = 2 * STUCK + 1;
    private static final int MUCH = 1 << 30;

    @Test
    void uploadsThatAreNotTakenStopNoOtherStreamOfTheConnection() throws Exception {
        AtomicReference<H2Origin.Connection> upstream = new AtomicReference<>();
        int firstFree = 2 * STUCK + 3; // of the origin's streams, which begin with 3
        try (H2Origin origin = new H2Origin(
                        (connection, frame) -> {
                            upstream.set(connection);
                            if (frame.type() == H2Client.HEADERS && frame.stream() >= firstFree) {
                                connection.frame(H2Client.WINDOW_UPDATE, 0, 0, H2Client.number(MUCH));
                                connection.frame(H2Client.WINDOW_UPDATE, 0, frame.stream(), H2Client.number(LARGE));
                            }
                            if (frame.ends()) {
                                connection.ok(frame.stream(), "taken");
                            }
                        },
                        H2Origin.setting(4, 0)); // it takes no body before it says so
                EngineFixture front = new EngineFixture(
                        Limits.DEFAULTS,
                        Timeouts.ROUTER_DEFAULTS,
                        NodeTls.plain(),
                        false,
                        UpstreamProtocol.HTTP_2,
                        origin.port());
                H2Client client = new H2Client(front.server.port())) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            H2Client.Frame window = client.await(H2Client.WINDOW_UPDATE);
            assertThat(window.stream()).isZero();
            assertThat(window.number(0)).isEqualTo(Limits.DEFAULTS.maxStreams() * STREAM_WINDOW - 65_535);
            List<Upload> stuck = new ArrayList<>();
            for (int i = 0; i < STUCK; i++) { // without a look at what comes, but for the window above
                stuck.add(new Upload(client, 2 * i + 1, "/", SIZE, STREAM_WINDOW));
                stuck.get(i).push();
            }
            origin.await(STUCK);

            Upload other = new Upload(client, OTHER, "/", LARGE, STREAM_WINDOW);
            other.push();
            int given = 0;
            while (!client.seen(OTHER).ended) {
                H2Client.Frame frame = client.required();
                other.take(frame);
                for (Upload each : stuck) {
                    each.take(frame);
                }
                if (frame.type() == H2Client.WINDOW_UPDATE && frame.stream() != 0 && frame.stream() != OTHER) {
                    given += frame.number(0);
                }
            }

            assertThat(client.seen(OTHER).text()).isEqualTo("taken");
            assertThat(given)
                    .as("besides what may be sent again a stream holds its window")
                    .isLessThanOrEqualTo(STUCK * Limits.DEFAULTS.replayBytes());
            assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
                    .isLessThan(STUCK * 2L * (Limits.DEFAULTS.replayBytes() + STREAM_WINDOW));

            for (int stream = 3; stream < firstFree; stream += 2) {
                upstream.get().frame(H2Client.WINDOW_UPDATE, 0, stream, H2Client.number(MUCH));
            }
            for (int i = 0; i < STUCK; i++) {
                while (!client.seen(2 * i + 1).ended) {
                    H2Client.Frame frame = client.required();
                    for (Upload each : stuck) {
                        each.take(frame);
                    }
                }
                assertThat(client.seen(2 * i + 1).text()).isEqualTo("taken");
            }
            assertThat(front.faults).isEmpty();
            assertThat(front.upstreamFaults).isEmpty();
        }
    }
}
