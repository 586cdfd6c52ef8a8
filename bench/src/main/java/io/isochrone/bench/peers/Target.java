package io.isochrone.bench.peers;

import io.isochrone.bench.peers.LoadShape.Protocol;
import java.util.List;

/**
 * A peer that runs.
 *
 * <p>Immutable.
 *
 * @param subject what it is called in results
 * @param children its processes, the one that clients connect to first
 * @param admin our router's admin port; 0: not ours
 */
record Target(String subject, List<Child> children, SideConfigs.Ports ports, int admin) {
    Target {
        children = List.copyOf(children);
    }

    /** Where clients of that protocol connect. */
    int port(Protocol protocol) {
        return switch (protocol) {
            case H1 -> ports.plain();
            case H1_TLS, H2_TLS -> ports.tls();
            case H2C -> ports.h2c();
        };
    }

    boolean isOurs() {
        return admin != 0;
    }
}
