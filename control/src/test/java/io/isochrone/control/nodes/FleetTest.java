package io.isochrone.control.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many nodes at once, against the running parts. */
final class FleetTest {
    private static final int NODES = 500;
    private static final List<String> REGIONS = List.of("westeurope", "eastasia", "uksouth", "eastus", "westus");

    private final MemoryStore store = new MemoryStore(System::nanoTime);

    /** Polls again as soon as it is answered, and counts down when it runs a text. */
    private static final class Polling {
        private final NodePlane plane;
        private final SimulatedNode node;
        private final boolean slow;
        private volatile String text = "";
        private volatile CountDownLatch latch = new CountDownLatch(0);
        private boolean counted;
        private volatile boolean ended;

        Polling(NodePlane plane, SimulatedNode node, boolean slow) {
            this.plane = plane;
            this.node = node;
            this.slow = slow;
        }

        synchronized void await(String wanted, CountDownLatch counter) {
            text = wanted;
            latch = counter;
            counted = false;
            count();
        }

        private void count() {
            if (!counted && !text.isEmpty() && node.runs(text)) {
                counted = true;
                latch.countDown();
            }
        }

        void poll() {
            if (ended) {
                return;
            }
            plane.nodes()
                    .answer(node.poll(20))
                    .whenCompleteAsync(
                            this::taken,
                            slow
                                    ? CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
                                    : CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
        }

        private synchronized void taken(Reply reply, Throwable error) {
            node.take(reply);
            count();
            poll();
        }
    }

    @Test
    @Timeout(60)
    void aChangeReaches500NodesSlowOnesToo() throws InterruptedException {
        store.put(Stored.serviceKey(), Stored.service(REGIONS.toArray(new String[0])));
        store.put(Stored.key("apis/a"), Stored.api("a", "a", "http://a.example"));
        try (NodePlane plane = NodePlane.start(store, Stored.OPEN)) {
            List<Polling> all = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                boolean router = i % 50 == 0;
                SimulatedNode node = new SimulatedNode(
                        "n" + i,
                        router ? null : REGIONS.get(i % REGIONS.size()),
                        "10.0." + i / 250 + "." + (1 + i % 250) + ":80");
                node.parses = i < 10; // reading it 500 times is the nodes' work, not this process's
                all.add(new Polling(plane, node, i % 100 == 7));
            }
            CountDownLatch first = new CountDownLatch(NODES);
            all.forEach(each -> each.await("a.example", first));
            all.forEach(Polling::poll);
            assertThat(first.await(20, TimeUnit.SECONDS))
                    .as("%s left", first.getCount())
                    .isTrue();

            CountDownLatch second = new CountDownLatch(NODES);
            all.forEach(each -> each.await("\"gateway-disabled\":true", second));
            store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia!", "uksouth", "eastus", "westus"));
            assertThat(second.await(20, TimeUnit.SECONDS))
                    .as("%s left", second.getCount())
                    .isTrue();

            assertThat(plane.fleet().nodes("contoso")).hasSize(NODES);
            all.forEach(each -> each.ended = true);
            all.forEach(each -> {
                synchronized (each) {
                    assertThat(each.node.seen).isSorted().doesNotHaveDuplicates();
                }
            });
        }
    }
}
