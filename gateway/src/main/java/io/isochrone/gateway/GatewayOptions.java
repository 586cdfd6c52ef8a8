package io.isochrone.gateway;

import io.isochrone.config.model.HostPort;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one gateway node is told besides the deployment.
 *
 * <p>Immutable.
 *
 * @param region canonical name of the location it serves
 * @param listen where routers and clients connect
 * @param admin where operators connect, or null for nowhere
 * @param nodeId unique among the deployment's nodes: letters, digits, dashes
 * @param tap called with every accepted channel before the engine's handlers
 */
public record GatewayOptions(
        String region, HostPort listen, @Nullable HostPort admin, String nodeId, Consumer<Channel> tap) {}
