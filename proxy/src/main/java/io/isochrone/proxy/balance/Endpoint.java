package io.isochrone.proxy.balance;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One upstream server: a gateway node as the router sees it, or a backend as a gateway sees it. Compared by identity; a
 * configuration that keeps the server keeps the object, and with it its pools and its state.
 *
 * <p>Thread-safe: immutable but for {@link #health} and {@link #addresses}, which say themselves who writes, and {@link #remove}, which
 * happens once.
 */
public final class Endpoint {
    private final String id;
    private final String region;
    private final InetSocketAddress address;
    private final Addresses addresses;
    private final EndpointHealth health;
    private volatile boolean removed;
    private final boolean tls;
    private final UpstreamProtocol protocol;

    /**
     * @param id {@code host:port}, unique among the endpoints of a process
     * @param region canonical region name, a label in metrics
     * @param address resolved, or unresolved when the host is a name
     */
    public Endpoint(String id, String region, InetSocketAddress address, EndpointHealth health) {
        this(id, region, address, health, false, UpstreamProtocol.HTTP_1_1);
    }

    /** The same, always to be found at that address. */
    public Endpoint(
            String id,
            String region,
            InetSocketAddress address,
            EndpointHealth health,
            boolean tls,
            UpstreamProtocol protocol) {
        this(id, region, address, Addresses.fixed(address), health, tls, protocol);
    }

    /**
     * The same.
     *
     * @param addresses where it is to be found now
     * @param tls whether it is spoken to by TLS
     * @param protocol what it is spoken to in
     */
    public Endpoint(
            String id,
            String region,
            InetSocketAddress address,
            Addresses addresses,
            EndpointHealth health,
            boolean tls,
            UpstreamProtocol protocol) {
        this.addresses = addresses;
        this.id = id;
        this.region = region;
        this.address = address;
        this.health = health;
        this.tls = tls;
        this.protocol = protocol;
    }

    public String id() {
        return id;
    }

    public String region() {
        return region;
    }

    /** How the configuration calls it: for names that must be verified. */
    public InetSocketAddress address() {
        return address;
    }

    /** Where it is to be found now. */
    public Addresses addresses() {
        return addresses;
    }

    public EndpointHealth health() {
        return health;
    }

    /** Whether a connection to this address may carry further requests: the endpoint is still to be found there, and still wanted at all. */
    public boolean isAt(@Nullable SocketAddress at) {
        return !removed && addresses.has(at);
    }

    /** No configuration has it any more: what is under way there goes on, and its connections end with it. Any thread. */
    public void remove() {
        removed = true;
    }

    /** Whether it is spoken to by TLS. */
    public boolean isTls() {
        return tls;
    }

    /** What it is spoken to in. */
    public UpstreamProtocol protocol() {
        return protocol;
    }

    @Override
    public String toString() {
        return id + "(" + region + ")";
    }
}
