package io.isochrone.gateway.backend;

import io.isochrone.config.model.Backend;
import io.isochrone.proxy.balance.Endpoint;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The backends that one API uses in one region. Requests go round; a backend that is out is passed over while another is usable, and
 * tried all the same when none is: a wrong guess about all of them must not turn into an outage.
 *
 * <p>Thread-safe: only its cursor changes.
 */
public final class BackendSet {
    private final Endpoint[] endpoints;
    private final Backend[] backends;
    private final AtomicInteger cursor = new AtomicInteger();

    /** Two lists of the same length: who, and how the configuration calls it. */
    public BackendSet(List<Endpoint> endpoints, List<Backend> backends) {
        this.endpoints = endpoints.toArray(new Endpoint[0]);
        this.backends = backends.toArray(new Backend[0]);
    }

    /** Where the next request begins. */
    public int start() {
        return endpoints.length == 0 ? 0 : Math.floorMod(cursor.getAndIncrement(), endpoints.length);
    }

    /** The next endpoint from {@code start} that is not in {@code tried} (bit i: endpoint i), usable ones first; or null. */
    public @Nullable Endpoint next(int start, long tried, long nowNanos) {
        Endpoint fallback = null;
        for (int i = 0; i < endpoints.length; i++) {
            int at = (start + i) % endpoints.length;
            if ((tried & 1L << (at & 63)) == 0) {
                if (endpoints[at].health().isUsable(nowNanos)) {
                    return endpoints[at];
                }
                fallback = fallback == null ? endpoints[at] : fallback;
            }
        }
        return fallback;
    }

    /** The bit of an endpoint. */
    public long bit(Endpoint endpoint) {
        return 1L << (index(endpoint) & 63);
    }

    /** What is put before the path for this endpoint. */
    public String basePath(Endpoint endpoint) {
        return backends[index(endpoint)].basePath();
    }

    /** The endpoint's authority, for Host. */
    public String authority(Endpoint endpoint) {
        return backends[index(endpoint)].address().toString();
    }

    private int index(Endpoint endpoint) {
        for (int i = 0; i < endpoints.length; i++) {
            if (endpoints[i] == endpoint) {
                return i;
            }
        }
        throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: one of this set)");
    }
}
