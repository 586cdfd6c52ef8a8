package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;

/** Where an exchange gets upstream connections from. Confined to one event loop. */
public interface UpstreamSource {
    /**
     * Brings a connection to the endpoint; the listener hears {@code connected} or {@code connectFailed}, perhaps before this
     * returns.
     *
     * @param fresh whether it must be a new connection
     * @param oneOnly whether it must be HTTP/1.1, even to an endpoint that is spoken to in HTTP/2
     */
    void acquire(Endpoint endpoint, UpstreamListener listener, boolean fresh, boolean oneOnly);
}
