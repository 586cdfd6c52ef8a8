package io.isochrone.proxy.dns;

import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.balance.Addresses;
import io.isochrone.proxy.observe.Metrics;
import io.isochrone.proxy.runtime.Transport;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The names of a node's upstreams, asked for in the background: requests and probes read the last good answer and never wait for DNS but for the
 * very first.
 *
 * <p>Thread-safe for reading; {@link #of}, {@link #keep}, {@link #settings(DnsSettings)} and {@link #start} belong to the control thread.
 */
public final class Names implements AutoCloseable {
    private final boolean silent;
    private final Map<HostPort, Name> names = new ConcurrentHashMap<>();
    private final LongAdder answers = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Random random = new Random();
    private volatile DnsSettings settings;
    private volatile @Nullable EventLoop loop;
    private @Nullable Transport transport;
    /** Changed on the control thread, used on the loop. */
    private volatile @Nullable DnsLookup lookup;

    /** @param silent whether changes are not logged */
    public Names(DnsSettings settings, boolean silent) {
        this.settings = settings;
        this.silent = silent;
    }

    /** Begins to ask, on one of the transport's loops. */
    public void start(Transport by) {
        EventLoop chosen = by.loops().next();
        transport = by;
        lookup = new DnsLookup(chosen, by, settings);
        loop = chosen;
        for (Name name : names.values()) {
            chosen.execute(() -> name.refresh(chosen));
        }
    }

    /** Takes changed settings; they hold for each name from its next turn on. */
    public void settings(DnsSettings next) {
        DnsSettings before = settings;
        settings = next;
        Transport by = transport;
        EventLoop on = loop;
        if (by != null && on != null && !before.servers().equals(next.servers())) {
            DnsLookup old = lookup;
            lookup = new DnsLookup(on, by, next);
            if (old != null) {
                old.close();
            }
        }
    }

    /** Where to find an address of the configuration: always there if it is an IP address, otherwise where its name leads by now. */
    public Addresses of(HostPort address) {
        if (IpLiteral.parse(address.host()) != null) {
            return Addresses.fixed(socketAddress(address));
        }
        Name known = names.get(address);
        if (known != null) {
            return known;
        }
        Name name = new Name(address, this);
        names.put(address, name);
        EventLoop on = loop;
        if (on != null) {
            on.execute(() -> name.refresh(on));
        }
        return name;
    }

    /** Asks no more for names that are not among these. */
    public void keep(Set<HostPort> used) {
        names.entrySet().removeIf(each -> {
            boolean gone = !used.contains(each.getKey());
            if (gone) {
                each.getValue().drop();
            }
            return gone;
        });
    }

    /** Adds the metrics. */
    public void show(Metrics metrics) {
        metrics.gauge(
                "isochrone.dns.names.stale",
                "Names that DNS does not answer now: their last good addresses are in use",
                Map.of(),
                () -> count(name -> name.status().isStale()));
        metrics.gauge(
                "isochrone.dns.names.unknown",
                "Names of which no address was ever found: requests and probes there fail",
                Map.of(),
                () -> count(name -> !name.status().isKnown()));
        metrics.total("isochrone.dns.answers", "Lookups of names that found their addresses", Map.of(), answers::sum);
        metrics.total("isochrone.dns.failures", "Lookups of names that did not", Map.of(), failures::sum);
    }

    private long count(Predicate<Name> is) {
        return names.values().stream().filter(is).count();
    }

    /** A literal becomes a resolved address, a name stays one; DNS is not asked. */
    public static InetSocketAddress socketAddress(HostPort address) {
        byte[] literal = IpLiteral.parse(address.host());
        if (literal == null) {
            return InetSocketAddress.createUnresolved(address.host(), address.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), address.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    // ---- for names

    @Nullable
    EventLoop loop() {
        return loop;
    }

    void lookup(String host, DnsLookup.Answered answered) {
        DnsLookup now = lookup;
        if (now != null) {
            now.lookup(host, answered);
        }
    }

    DnsSettings settings() {
        return settings;
    }

    double chance() {
        return random.nextDouble();
    }

    void counted(boolean good) {
        (good ? answers : failures).increment();
    }

    boolean isSilent() {
        return silent;
    }

    @Override
    public void close() {
        keep(Set.of());
        DnsLookup last = lookup;
        if (last != null) {
            last.close();
        }
    }
}
