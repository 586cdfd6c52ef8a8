package io.isochrone.config.model;

import java.time.Duration;
import java.util.List;

/**
 * How the names of upstreams are looked up.
 *
 * <p>Immutable.
 *
 * @param minTtl no answer is asked for again sooner, however short its time to live
 * @param maxTtl every answer is asked for again by then, however long its time to live
 * @param servers IP addresses with ports; empty: those that the system uses, with its search list
 */
public record DnsSettings(Duration minTtl, Duration maxTtl, List<HostPort> servers) {
    /** Between 5 and 60 seconds, by the system's servers. */
    public static final DnsSettings DEFAULTS =
            new DnsSettings(Duration.ofSeconds(5), Duration.ofSeconds(60), List.of());

    public DnsSettings {
        servers = List.copyOf(servers);
    }
}
