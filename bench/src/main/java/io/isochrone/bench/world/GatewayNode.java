package io.isochrone.bench.world;

import io.isochrone.bench.fault.FaultLink;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.runtime.BindFailedException;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A gateway node of the simulated world, which can be killed and started again where it was.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class GatewayNode {
    private final Region region;
    private final String id;
    private final Deployment deployment;
    private final Consumer<Channel> tap;
    private final Duration warmUp;
    private HostPort address;
    private @Nullable Gateway gateway;
    private Function<Gateway, AutoCloseable> joining = started -> () -> {};
    private AutoCloseable joined = () -> {};

    private GatewayNode(
            Region region, String id, HostPort address, Deployment deployment, Consumer<Channel> tap, Duration warmUp) {
        this.region = region;
        this.id = id;
        this.address = address;
        this.deployment = deployment;
        this.tap = tap;
        this.warmUp = warmUp;
    }

    /** Starts node {@code number} (from 1) of a region; port 0 for a free one, {@code warmUp} zero for none. */
    static GatewayNode start(
            Region region, int number, HostPort listen, Deployment deployment, Consumer<Channel> tap, Duration warmUp)
            throws BindFailedException {
        GatewayNode node = new GatewayNode(region, region.name() + "-" + number, listen, deployment, tap, warmUp);
        node.start();
        return node;
    }

    /**
     * Puts the way to {@code region} into every connection: what the link does wrong, and when {@code delay} is set the distance between clients and the region, at the link's
     * pace.
     */
    static Consumer<Channel> way(Region region, boolean delay, FaultLink link) {
        if (!delay) {
            return link::join;
        }
        ClientDelay distance =
                new ClientDelay(Distances.router(), region.point(), Distances.places(), Distances.roundTrips());
        return channel -> {
            channel.pipeline().addLast(new WanDelayHandler(distance, link::times));
            link.join(channel);
        };
    }

    void start() throws BindFailedException {
        if (gateway == null) {
            Gateway started =
                    Gateway.start(deployment, new GatewayOptions(region.name(), address, null, id, tap), warmUp);
            gateway = started;
            address = new HostPort(address.host(), started.port());
            joined = joining.apply(started);
        }
    }

    /** Lets the gateway, and whichever is started in its place later, join something that is told when it is killed. */
    void join(Function<Gateway, AutoCloseable> what) {
        joining = what;
        Gateway running = gateway;
        if (running != null) {
            joined = what.apply(running);
        }
    }

    /** Tells what was joined that the gateway is no part of it any more. */
    void leave() {
        try {
            joined.close();
        } catch (Exception e) {
            throw new IllegalStateException("a node cannot leave", e);
        }
        joined = () -> {};
    }

    void kill() {
        leave();
        Gateway running = gateway;
        gateway = null;
        if (running != null) {
            running.kill();
        }
    }

    /** Drains, then ends; waits for it. */
    void stop() {
        Gateway running = gateway;
        if (running != null) {
            running.stop();
        }
    }

    Region region() {
        return region;
    }

    String id() {
        return id;
    }

    boolean isRunning() {
        return gateway != null;
    }

    HostPort address() {
        return address;
    }
}
