package io.isochrone.control.publish;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which gateway nodes routers are told of. Silence of one node means that the node is gone; silence of most of them means
 * more likely that we are deaf, and taking them out would turn our own trouble into an outage. Routers probe for themselves, so keeping
 * a dead node costs them a probe, and losing a live one costs its capacity.
 *
 * <p>Immutable.
 *
 * @param members in order of id
 * @param suspicion why silent nodes are kept; null: none are
 */
public record Members(List<Member> members, @Nullable String suspicion) {
    /** Silence that counts against us when most are silent: three missed reports. Nodes that vanish together have all passed it by the
     * time the first of them is lost. */
    static final long SUSPICIOUS_NANOS = 6_000_000_000L;

    /** No members. */
    public static final Members NONE = new Members(List.of(), null);

    public Members {
        members = List.copyOf(members);
    }

    /** After hearing {@code nodes}: those that were members may stay though they are silent. */
    public Members next(Collection<NodeFacts> nodes) {
        Map<String, NodeFacts> byId = new LinkedHashMap<>();
        nodes.stream().filter(NodeFacts::gateway).forEach(node -> byId.put(node.id(), node));
        List<Member> silent = new ArrayList<>();
        for (Member member : members) {
            NodeFacts node = byId.get(member.id());
            if (node == null || node.silentNanos() >= SUSPICIOUS_NANOS) {
                silent.add(member);
            }
        }
        List<NodeFacts> serving = new ArrayList<>();
        for (NodeFacts node : byId.values()) {
            if (node.isServing() && node.region() != null) {
                serving.add(node);
            }
        }
        Map<String, Member> next = onePerAddress(serving);
        boolean suspicious = silent.size() * 2 > members.size();
        if (suspicious) {
            silent.stream()
                    .filter(member -> isNotDraining(byId.get(member.id())))
                    .forEach(member -> keep(member, next));
        }
        if (next.isEmpty() && !members.isEmpty()) {
            return new Members(members, "no gateway node says that it serves (kept: all " + members.size() + ")");
        }
        List<Member> sorted = new ArrayList<>(next.values());
        sorted.sort(Comparator.comparing(Member::id));
        return new Members(
                sorted,
                suspicious
                        ? silent.size() + " of " + members.size()
                                + " gateway nodes fell silent at once (kept: all of them; expected: less than half)"
                        : null);
    }

    private static boolean isNotDraining(@Nullable NodeFacts node) {
        return node == null || node.condition() != NodeFacts.Condition.DRAINING;
    }

    private static void keep(Member member, Map<String, Member> next) {
        String address = canonical(member.address());
        Set<String> ids = new HashSet<>();
        next.values().forEach(other -> ids.add(other.id()));
        if (!ids.contains(member.id())) {
            next.putIfAbsent(address, member);
        }
    }

    /** By address, so that the one heard last wins: a node that came back under another name. */
    private static Map<String, Member> onePerAddress(List<NodeFacts> serving) {
        List<NodeFacts> latest = new ArrayList<>(serving);
        latest.sort(Comparator.comparingLong(NodeFacts::silentNanos).thenComparing(NodeFacts::id));
        Map<String, Member> byAddress = new LinkedHashMap<>();
        for (NodeFacts node : latest) {
            byAddress.putIfAbsent(
                    canonical(node.address()),
                    new Member(node.id(), Objects.requireNonNull(node.region()), node.address()));
        }
        return byAddress;
    }

    private static String canonical(String address) {
        HostPort parsed = HostPort.parse(address);
        byte[] literal = IpLiteral.parse(parsed.host());
        String host = literal != null
                ? IpLiteral.format(literal)
                : parsed.host().toLowerCase(Locale.ROOT).equals("localhost")
                        ? "127.0.0.1"
                        : parsed.host().toLowerCase(Locale.ROOT);
        return host + "/" + parsed.port();
    }
}
