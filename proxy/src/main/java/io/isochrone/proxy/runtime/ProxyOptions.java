package io.isochrone.proxy.runtime;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.Dispatcher;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.channel.Channel;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a product hands to the engine.
 *
 * <p>Immutable.
 *
 * @param nodeId pseudonym in {@code Via}, unique among the deployment's nodes: letters, digits and dashes
 * @param listen where to listen; port 0 for a free one
 * @param settings the live bounds and waits
 * @param peers makes the {@link io.isochrone.proxy.exchange.Peer} of an accepted connection
 * @param dispatcher the product's brain
 * @param observer told how exchanges end
 * @param tap called with every accepted channel before the engine's handlers are added: a simulated world puts its delays there;
 *     {@code channel -> {}} otherwise
 * @param sharedPort whether other processes may listen on the same port, so that a new one can take over; wants epoll
 * @param warm endpoints to which every event loop keeps an HTTP/2 connection open; asked ten times a second on event loops
 * @param tls of the listener and towards upstreams; stays its maker's
 */
public record ProxyOptions(
        String nodeId,
        HostPort listen,
        Supplier<EngineSettings> settings,
        PeerFactory peers,
        Dispatcher dispatcher,
        ExchangeObserver observer,
        Consumer<Channel> tap,
        boolean sharedPort,
        NodeTls tls,
        Supplier<List<Endpoint>> warm) {
    /** Without connections opened ahead. */
    public ProxyOptions(
            String nodeId,
            HostPort listen,
            Supplier<EngineSettings> settings,
            PeerFactory peers,
            Dispatcher dispatcher,
            ExchangeObserver observer,
            Consumer<Channel> tap,
            boolean sharedPort,
            NodeTls tls) {
        this(nodeId, listen, settings, peers, dispatcher, observer, tap, sharedPort, tls, List::of);
    }

    /** A port of its own, in plain text. */
    public ProxyOptions(
            String nodeId,
            HostPort listen,
            Supplier<EngineSettings> settings,
            PeerFactory peers,
            Dispatcher dispatcher,
            ExchangeObserver observer,
            Consumer<Channel> tap) {
        this(nodeId, listen, settings, peers, dispatcher, observer, tap, false, NodeTls.plain());
    }
}
