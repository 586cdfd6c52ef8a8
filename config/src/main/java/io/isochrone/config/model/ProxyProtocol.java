package io.isochrone.config.model;

import java.time.Duration;
import java.util.List;

/**
 * The PROXY protocol on a listener: every connection must begin with a header of version 1 or 2 from one of the peers; there is no
 * guessing whether one is there, because a client could then write its own.
 *
 * <p>Immutable.
 *
 * @param from the load balancers in front; connections from anywhere else are closed
 * @param timeout from accept to the end of the header
 */
public record ProxyProtocol(List<Cidr> from, Duration timeout) {
    /** How long a header may take unless told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    public ProxyProtocol {
        from = List.copyOf(from);
    }
}
