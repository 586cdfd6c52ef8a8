package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P27: the region is chosen for each request, not for each connection. */
@Tag("system")
@Timeout(60)
final class KeptClientsTest {
    private static final int CLIENTS = 200;

    @Test
    void theNextRequestOnTheSameConnectionGoesToTheRegionThatIsNearestByThen() throws Exception {
        String[] regions = {"westeurope", "eastus", "southeastasia"};
        List<KeepAliveClient> clients = new ArrayList<>();
        try (RouterOverServers world = new RouterOverServers("westeurope", regions)) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(world.client());
            }
            assertAllGet(clients, "200 westeurope");

            world.router.reload(world.deployment("eastus", 0, "", regions));
            assertAllGet(clients, "200 eastus");

            world.server("eastus").close();
            assertAllGet(clients, "200 westeurope");
        } finally {
            for (KeepAliveClient client : clients) {
                client.close();
            }
        }
    }

    private static void assertAllGet(List<KeepAliveClient> clients, String answer) throws Exception {
        for (KeepAliveClient client : clients) {
            assertThat(client.get("/")).isEqualTo(answer);
        }
    }
}
