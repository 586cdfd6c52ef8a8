package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.router.door.RouterSnapshot;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P17: reloads cut no stream, one that says the same does nothing, and what was replaced is freed. */
@Tag("system")
@Timeout(120)
final class ReloadCutsNothingTest {
    private static final String[] REGIONS = {"westeurope", "eastus"};
    private static final String NEAREST = REGIONS[0];
    private static final int STREAMS = 50;
    private static final int LANES = 4;
    private static final int RELOADS = 60;

    @Test
    void streamsAndRequestsGoOnWhileConfigurationsArePushedAndOldOnesAreFreed() throws Exception {
        List<KeepAliveClient> sockets = new ArrayList<>();
        List<KeepAliveClient> events = new ArrayList<>();
        List<WeakReference<RouterSnapshot>> replaced = new ArrayList<>();
        try (RouterOverServers world = new RouterOverServers(NEAREST, REGIONS)) {
            open(world, sockets, events);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            List<Thread> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                Thread lane = new Thread(() -> ask(world, stop, answered, wrong));
                lane.start();
                lanes.add(lane);
            }

            for (int i = 1; i <= RELOADS; i++) {
                RouterSnapshot before = world.router.snapshot();
                boolean equal = i % 2 == 0;
                world.router.reload(world.deployment(NEAREST, i / 2 + i % 2, "written the " + i + ". time", REGIONS));
                if (equal) {
                    assertThat(world.router.snapshot()).isSameAs(before);
                } else {
                    assertThat(world.router.snapshot()).isNotSameAs(before);
                    replaced.add(new WeakReference<>(before));
                }
                world.server(NEAREST).tick();
                int seen = answered.get();
                RouterOverServers.await(() -> answered.get() > seen + 2 * LANES || !wrong.isEmpty());
            }
            stop.set(true);
            for (Thread lane : lanes) {
                lane.join();
            }

            assertThat(wrong).isEmpty();
            assertThat(answered.get()).isGreaterThan(RELOADS * LANES);
            for (KeepAliveClient socket : sockets) {
                assertThat(socket.echo("still here")).isEqualTo("still here");
                socket.close();
            }
            String all = ("7\r\n" + IdentityServer.EVENT + "\r\n").repeat(RELOADS);
            for (KeepAliveClient listener : events) {
                assertThat(listener.bytes(all.length())).isEqualTo(all);
                listener.close();
            }
            RouterOverServers.await(() -> {
                System.gc();
                return replaced.stream().allMatch(old -> old.get() == null);
            });
            assertThat(replaced).hasSize(RELOADS / 2);
        }
    }

    private static void open(RouterOverServers world, List<KeepAliveClient> sockets, List<KeepAliveClient> events)
            throws Exception {
        for (int i = 0; i < STREAMS; i++) {
            KeepAliveClient socket = world.client();
            assertThat(socket.upgrade()).startsWith("HTTP/1.1 101 ");
            sockets.add(socket);
            KeepAliveClient listener = world.client();
            listener.send("/events");
            assertThat(listener.head()).startsWith("HTTP/1.1 200 ");
            events.add(listener);
        }
        RouterOverServers.await(() -> world.server(NEAREST).listeners() == STREAMS);
    }

    private static void ask(RouterOverServers world, AtomicBoolean stop, AtomicInteger answered, Queue<String> wrong) {
        try (KeepAliveClient client = world.client()) {
            while (!stop.get()) {
                String answer = client.get("/");
                if (!answer.equals("200 " + NEAREST)) {
                    wrong.add(answer);
                    return;
                }
                answered.incrementAndGet();
            }
        } catch (Exception e) {
            wrong.add(e.toString());
        }
    }
}
