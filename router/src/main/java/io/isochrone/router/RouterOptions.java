package io.isochrone.router;

import io.isochrone.config.model.HostPort;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * What one router is told besides the deployment.
 *
 * <p>Immutable.
 *
 * @param listen where clients connect
 * @param admin where operators connect
 * @param nodeId unique among the deployment's nodes: letters, digits, dashes
 * @param tap called with every accepted channel before the engine's handlers
 * @param sharedPort whether another router may listen on the same port, so that it can take over
 */
public record RouterOptions(HostPort listen, HostPort admin, String nodeId, Consumer<Channel> tap, boolean sharedPort) {
    /** A port of its own. */
    public RouterOptions(HostPort listen, HostPort admin, String nodeId, Consumer<Channel> tap) {
        this(listen, admin, nodeId, tap, false);
    }
}
