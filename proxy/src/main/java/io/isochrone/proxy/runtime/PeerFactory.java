package io.isochrone.proxy.runtime;

import io.isochrone.proxy.exchange.Peer;
import java.net.InetSocketAddress;

/** Makes the peer of an accepted connection. Thread-safe: called on every event loop; must not block. */
public interface PeerFactory {
    /**
     * @param remote always resolved
     * @param tls whether the connection is encrypted
     */
    Peer peer(InetSocketAddress remote, boolean tls);
}
