package io.isochrone.proxy.names;

import java.net.InetAddress;
import java.util.List;

/**
 * What DNS said about the addresses of one family (A or AAAA) of a name.
 *
 * <p>Immutable.
 *
 * @param kind whether there are any, as far as that is known
 * @param addresses in the order of the answer; empty unless {@code FOUND}
 * @param ttlSeconds the shortest time to live on the way to the addresses, aliases (CNAME) included
 * @param reason why it failed, in a word; otherwise empty
 */
public record NameAnswer(Kind kind, List<InetAddress> addresses, long ttlSeconds, String reason) {
    /** What may be concluded. */
    public enum Kind {
        /** There are addresses, and these are all. */
        FOUND,
        /** The name has none of this family. */
        EMPTY,
        /** Nothing: no server answered, or with an error, or that the name does not exist. */
        FAILED
    }

    /** What {@link #failed} says of a name that does not exist. */
    public static final String NXDOMAIN = "nxdomain";

    public NameAnswer {
        addresses = List.copyOf(addresses);
    }

    public static NameAnswer found(List<InetAddress> addresses, long ttlSeconds) {
        return new NameAnswer(Kind.FOUND, addresses, ttlSeconds, "");
    }

    public static NameAnswer empty() {
        return new NameAnswer(Kind.EMPTY, List.of(), 0, "");
    }

    public static NameAnswer failed(String reason) {
        return new NameAnswer(Kind.FAILED, List.of(), 0, reason);
    }

    /** Whether the answer is that there is no such name. */
    public boolean isNoName() {
        return kind == Kind.FAILED && reason.equals(NXDOMAIN);
    }
}
