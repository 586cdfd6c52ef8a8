package io.isochrone.gateway.backend;

import io.isochrone.config.model.Backend;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.resilience.Bulkhead;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The backends that one API uses in one region. Requests go round; a backend that is out is passed over while another is usable, and
 * tried all the same when none is: a wrong guess about all of them must not turn into an outage.
 *
 * <p>Several backends may share a server, with different base paths; within one request a server is tried once.
 *
 * <p>Thread-safe: only its cursor and its bulkhead change.
 */
public final class BackendSet {
    private static final int BITS = 63;

    private final Endpoint[] endpoints;
    private final Backend[] backends;
    /** {@code sameServer[i]} = bits of all backends on the server of backend i; backends 64 apart share a bit. */
    private final long[] sameServer;

    private final AtomicInteger cursor = new AtomicInteger();
    private final Bulkhead bulkhead;

    /**
     * Two lists of the same length: who, and how the configuration calls it.
     *
     * @param bulkhead how many requests of the API may be under way
     */
    public BackendSet(List<Endpoint> endpoints, List<Backend> backends, Bulkhead bulkhead) {
        if (endpoints.size() != backends.size()) {
            throw new IllegalArgumentException(
                    "endpoints: " + endpoints.size() + " (expected: " + backends.size() + ", one for each backend)");
        }
        this.endpoints = endpoints.toArray(new Endpoint[0]);
        this.backends = backends.toArray(new Backend[0]);
        this.bulkhead = bulkhead;
        this.sameServer = new long[backends.size()];
        for (int i = 0; i < sameServer.length; i++) {
            for (int j = 0; j < sameServer.length; j++) {
                if (this.endpoints[i].equals(this.endpoints[j])) {
                    sameServer[i] |= 1L << (j & BITS);
                }
            }
        }
    }

    /** Where the next request begins. */
    public int start() {
        return endpoints.length == 0 ? 0 : Math.floorMod(cursor.getAndIncrement(), endpoints.length);
    }

    /**
     * Index of the next backend from {@code start} on whose server was not {@code tried}, usable ones first; -1 when none is left.
     *
     * @param tried the bits of {@link #triedWith} so far, at first 0
     */
    public int next(int start, long tried, long nowNanos) {
        int fallback = -1;
        for (int i = 0; i < endpoints.length; i++) {
            int at = (start + i) % endpoints.length;
            if ((tried & 1L << (at & BITS)) != 0) {
                continue;
            }
            if (endpoints[at].health().isUsable(nowNanos)) {
                return at;
            }
            fallback = fallback < 0 ? at : fallback;
        }
        return fallback;
    }

    /** {@code tried} and every backend on the server of backend {@code index}. */
    public long triedWith(long tried, int index) {
        return tried | sameServer[index];
    }

    /** The server of a backend. */
    public Endpoint endpoint(int index) {
        return endpoints[index];
    }

    /** What is put before the path. */
    public String basePath(int index) {
        return backends[index].basePath();
    }

    /** The backend's authority, for Host. */
    public String authority(int index) {
        return backends[index].address().toString();
    }

    /** How many requests of the API are and may be under way on this node. */
    public Bulkhead bulkhead() {
        return bulkhead;
    }

    /** How many backends there are. */
    public int size() {
        return endpoints.length;
    }

    /** How many of them are not ejected. */
    public int usable(long nowNanos) {
        int count = 0;
        for (Endpoint endpoint : endpoints) {
            count += endpoint.health().isUsable(nowNanos) ? 1 : 0;
        }
        return count;
    }
}
