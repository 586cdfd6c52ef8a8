package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PeerConfigsTest {
    private static final Region EAST = WorldNames.find("eastus");
    private static final Region WEST = WorldNames.find("westeurope");
    private static final PeerConfigs.Plan PLAN = new PeerConfigs.Plan(
            8080,
            Map.of(
                    "192.0.2.1",
                    List.of(EAST, WEST),
                    "192.0.2.2",
                    List.of(WEST, EAST),
                    "192.0.2.3",
                    List.of(WEST, EAST)),
            Map.of("eastus", List.of(at(1)), "westeurope", List.of(at(2), at(3))));

    private static HostPort at(int port) {
        return new HostPort("127.0.0.1", port);
    }

    @Test
    void mapsEachClientToItsOrderOfRegions() {
        assertThat(PeerConfigs.haproxyMap(PLAN).lines())
                .containsExactly(
                        "192.0.2.1 order_eastus_westeurope",
                        "192.0.2.2 order_westeurope_eastus",
                        "192.0.2.3 order_westeurope_eastus");
        assertThat(PeerConfigs.nginx(PLAN)).contains("\"192.0.2.1\" order_eastus_westeurope;");
    }

    @Test
    void makesTheNodesOfFartherRegionsBackups() {
        assertThat(PeerConfigs.haproxy(PLAN, "/tmp/map").lines())
                .containsSubsequence(
                        "backend order_westeurope_eastus",
                        "    server westeurope-1 127.0.0.1:2",
                        "    server westeurope-2 127.0.0.1:3",
                        "    server eastus-1 127.0.0.1:1 backup");
        assertThat(PeerConfigs.nginx(PLAN).lines())
                .containsSubsequence(
                        "    upstream order_eastus_westeurope {",
                        "        server 127.0.0.1:1 max_fails=1 fail_timeout=1s;",
                        "        server 127.0.0.1:2 max_fails=1 fail_timeout=1s backup;",
                        "        server 127.0.0.1:3 max_fails=1 fail_timeout=1s backup;");
    }
}
