package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P13: a reload changes neither what is believed of nodes that stay nor their probes, and ends the probes of those that go. */
@Tag("system")
@Timeout(60)
final class HealthAcrossReloadsTest {
    private static final String A = "westeurope";
    private static final String B = "eastus";
    private static final String C = "southeastasia";
    private static final String D = "brazilsouth";

    @Test
    void aNodeThatIsDownStaysDownAndGetsNothingWhenOthersAreAddedAndChanged() throws Exception {
        try (RouterOverServers world = new RouterOverServers(A, A, B, C);
                KeepAliveClient client = world.client()) {
            world.server(A).unwell(true);
            RouterOverServers.await(() -> world.health(A).status().state() == NodeState.DOWN);
            NodeHealth health = world.health(A);
            int before = world.server(A).requests();
            world.add(D);

            for (int i = 1; i <= 20; i++) {
                world.router.reload(world.deployment(A, i, "", A, B, D, C)); // C has other units each time
                assertThat(world.health(A)).isSameAs(health);
                assertThat(health.status().state()).isEqualTo(NodeState.DOWN);
                assertThat(client.get("/")).isEqualTo("200 " + B);
            }
            assertThat(world.server(A).requests()).isEqualTo(before);

            world.server(A).unwell(false);
            RouterOverServers.await(() -> health.status().state() == NodeState.UP);
            assertThat(client.get("/")).isEqualTo("200 " + A);
        }
    }

    @Test
    void aReloadBeginsNoProbesAnewOfNodesThatStay() throws Exception {
        try (RouterOverServers world = new RouterOverServers(A, A, B)) {
            int before = world.server(A).probes();
            long begin = System.nanoTime();
            for (int i = 1; i <= 300; i++) {
                world.router.reload(world.deployment(A, i, "", A, B));
            }
            long intervals = (System.nanoTime() - begin) / 40_000_000 + 2; // 50 ms, a fifth less

            assertThat(world.server(A).probes() - before).isLessThanOrEqualTo((int) intervals);
        }
    }

    @Test
    void noProbeArrivesAtANodeThatWasRemoved() throws Exception {
        try (RouterOverServers world = new RouterOverServers(A, A, B, C)) {
            world.router.reload(world.deployment(A, 0, "", A, C));
            awaitProbes(world, 2); // one may have been under way
            int probes = world.server(B).probes();
            int accepted = world.server(B).accepted();

            awaitProbes(world, 10);

            assertThat(world.server(B).probes()).isEqualTo(probes);
            assertThat(world.server(B).accepted()).isEqualTo(accepted);
            assertThat(world.server(B).connections()).isZero();
        }
    }

    private static void awaitProbes(RouterOverServers world, int more) throws Exception {
        int before = world.server(C).probes();
        RouterOverServers.await(() -> world.server(C).probes() >= before + more);
    }
}
