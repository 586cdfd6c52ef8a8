package io.isochrone.proxy.names;

import io.isochrone.config.model.DnsSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a name, and when to ask again.
 *
 * <p>A name that was once answered is served from that answer until there is a better one, however long that takes: DNS that is away or says
 * by mistake that a name does not exist would otherwise take down upstreams that are well. So addresses leave only when an answer
 * with others comes, each family (IPv4, IPv6) by its own answers, for one of the two may fail alone.
 *
 * <p>It is asked again up to a fifth before the time to live, brought into the bounds of {@link DnsSettings}, is over: loops of nodes that
 * started together do not ask together. After a failure it is asked again after 1 s, then 2 s, 4 s … up to {@code min-ttl}.
 *
 * <p>Immutable.
 *
 * @param four IPv4 addresses in use
 * @param six IPv6 addresses in use
 * @param isAsked whether there was any answer, good or bad
 * @param failures answers in a row that were of no use
 * @param reason why the last of these was of no use
 * @param waitNanos until it is to be asked again, from its last answer on
 */
public record NameStatus(
        List<InetAddress> four, List<InetAddress> six, boolean isAsked, int failures, String reason, long waitNanos) {
    /** Nothing is known, and it is to be asked at once. */
    public static final NameStatus UNKNOWN = new NameStatus(List.of(), List.of(), false, 0, "", 0);

    private static final long FIRST_RETRY_NANOS = 1_000_000_000;
    private static final double SPREAD = 0.2;

    public NameStatus {
        four = List.copyOf(four);
        six = List.copyOf(six);
    }

    /**
     * What is known after an answer for each family.
     *
     * @param chance from 0 to 1, decides how much sooner than at its end the answer is renewed
     */
    public NameStatus after(NameAnswer v4, NameAnswer v6, DnsSettings settings, double chance) {
        double spread = 1 - SPREAD * chance;
        if (v4.kind() != NameAnswer.Kind.FOUND && v6.kind() != NameAnswer.Kind.FOUND) {
            return failed(reason(v4, v6), settings, spread);
        }
        boolean missing = isMissing(v4, four) || isMissing(v6, six);
        if (missing) {
            NameStatus some = new NameStatus(merge(v4, four), merge(v6, six), true, failures, reason, 0);
            return some.failed(reason(v4, v6), settings, spread);
        }
        long ttl = Math.min(ttlSeconds(v4), ttlSeconds(v6)) * 1_000_000_000L;
        long wait =
                Math.max(settings.minTtl().toNanos(), Math.min(settings.maxTtl().toNanos(), ttl));
        return new NameStatus(merge(v4, four), merge(v6, six), true, 0, "", (long) (wait * spread));
    }

    /** Whether addresses of a family are in use of which nobody knows by now whether they are right. */
    private static boolean isMissing(NameAnswer answer, List<InetAddress> used) {
        return answer.kind() == NameAnswer.Kind.FAILED && !used.isEmpty();
    }

    private static List<InetAddress> merge(NameAnswer answer, List<InetAddress> used) {
        return switch (answer.kind()) {
            case FOUND -> answer.addresses();
            case EMPTY -> List.of();
            case FAILED -> used;
        };
    }

    private static long ttlSeconds(NameAnswer answer) {
        return answer.kind() == NameAnswer.Kind.FOUND ? Math.max(0, answer.ttlSeconds()) : Integer.MAX_VALUE;
    }

    private static String reason(NameAnswer v4, NameAnswer v6) {
        return v4.kind() == NameAnswer.Kind.FAILED
                ? v4.reason()
                : v6.kind() == NameAnswer.Kind.FAILED ? v6.reason() : "no addresses";
    }

    private NameStatus failed(String why, DnsSettings settings, double spread) {
        long doubled = FIRST_RETRY_NANOS << Math.min(failures, 16);
        long wait = Math.min(settings.minTtl().toNanos(), doubled);
        return new NameStatus(four, six, true, failures + 1, why, (long) (wait * spread));
    }

    /** Every address in use, the families by turns, IPv4 first. */
    public List<InetAddress> addresses() {
        List<InetAddress> all = new ArrayList<>(four.size() + six.size());
        for (int i = 0; i < Math.max(four.size(), six.size()); i++) {
            if (i < four.size()) {
                all.add(four.get(i));
            }
            if (i < six.size()) {
                all.add(six.get(i));
            }
        }
        return all;
    }

    /** Whether there is an address. */
    public boolean isKnown() {
        return !four.isEmpty() || !six.isEmpty();
    }

    /** Whether addresses are in use that nobody confirms any more. */
    public boolean isStale() {
        return failures > 0 && isKnown();
    }
}
