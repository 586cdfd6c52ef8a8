package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P18: a region is taken out and put back under load, and nobody notices. */
@Tag("system")
@Timeout(120)
final class RemovedRegionTest {
    private static final String A = "westeurope";
    private static final String[] ALL = {"eastus", A, "southeastasia"};
    private static final String[] WITHOUT = {"eastus", "southeastasia"};
    private static final int ROUNDS = 5;
    private static final int LANES = 4;
    private static final int STREAMS = 10;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesNoRequestAndCutsNoStreamWhenARegionIsRemovedAndAddedAgain(boolean held) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicIntegerArray answered = new AtomicIntegerArray(LANES);
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        try (RouterOverServers world = new RouterOverServers(A, ALL)) {
            List<Thread> lanes = new ArrayList<>();
            for (int i = 0; i < LANES; i++) {
                int lane = i;
                Thread thread = new Thread(() -> ask(world, stop, answered, lane, wrong));
                thread.start();
                lanes.add(thread);
            }
            for (int round = 0; round < ROUNDS; round++) {
                takeOutAndPutBack(world, held, answered, wrong);
            }
            stop.set(true);
            for (Thread lane : lanes) {
                lane.join();
            }
            assertThat(wrong).isEmpty();
        } finally {
            stop.set(true);
        }
    }

    private static void takeOutAndPutBack(
            RouterOverServers world, boolean held, AtomicIntegerArray answered, Queue<String> wrong) throws Exception {
        IdentityServer a = world.server(A);
        List<KeepAliveClient> downloads = new ArrayList<>();
        List<KeepAliveClient> sockets = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            downloads.add(world.client());
            downloads.get(i).send("/download");
            assertThat(downloads.get(i).head()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("region: " + A);
            sockets.add(world.client());
            assertThat(sockets.get(i).upgrade()).startsWith("HTTP/1.1 101 ");
        }

        if (held) {
            world.order("/hold");
        }
        world.router.reload(world.deployment(A, 0, "", WITHOUT));
        awaitTwoMoreOfEach(answered, wrong); // what was sent before has been answered
        int before = a.requests();
        awaitTwoMoreOfEach(answered, wrong);
        assertThat(a.requests()).isEqualTo(before);

        for (KeepAliveClient socket : sockets) {
            assertThat(socket.echo("still here")).isEqualTo("still here");
        }
        a.letGo();
        for (KeepAliveClient download : downloads) {
            assertThat(download.bytes(IdentityServer.DOWNLOAD)).hasSize(IdentityServer.DOWNLOAD);
            assertThat(download.get("/")).isEqualTo("200 " + WITHOUT[0]);
            download.close();
        }
        for (KeepAliveClient socket : sockets) {
            socket.close();
        }
        RouterOverServers.await(() -> a.connections() == 0);
        assertThat(a.requests()).isEqualTo(before);

        world.router.reload(world.deployment(A, 0, "", ALL));
        if (held) {
            world.order("/release");
        }
        RouterOverServers.await(() -> a.requests() > before || !wrong.isEmpty());
    }

    private static void awaitTwoMoreOfEach(AtomicIntegerArray answered, Queue<String> wrong) throws Exception {
        for (int lane = 0; lane < LANES; lane++) {
            int which = lane;
            int seen = answered.get(lane);
            RouterOverServers.await(() -> answered.get(which) >= seen + 2 || !wrong.isEmpty());
        }
    }

    private static void ask(
            RouterOverServers world, AtomicBoolean stop, AtomicIntegerArray answered, int lane, Queue<String> wrong) {
        try (KeepAliveClient client = world.client()) {
            while (!stop.get()) {
                String answer = client.get("/");
                if (!answer.equals("200 " + A) && !answer.equals("200 " + WITHOUT[0])) {
                    wrong.add(answer);
                    return;
                }
                answered.incrementAndGet(lane);
            }
        } catch (Exception e) {
            wrong.add(e.toString());
        }
    }
}
