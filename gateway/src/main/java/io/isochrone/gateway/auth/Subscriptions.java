package io.isochrone.gateway.auth;

import io.isochrone.config.model.Subscription;
import io.isochrone.config.model.SubscriptionState;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a deployment by the hashes of their keys. There is nothing else that remembers a key: one that is revoked is
 * unknown from the moment that the deployment is swapped, and one that is new is known.
 *
 * <p>Shape: a table with open addressing, at most half full. Slot {@code i} has its hash in {@code words[4 i .. 4 i + 3]} and what it opens in
 * {@code grants[i]}, null where it is empty. The first word says where to look: hashes are as good as random, and whoever could choose them
 * would have to find keys for them.
 *
 * <p>Immutable.
 */
public final class Subscriptions {
    /** @param apis null: all */
    private record Grant(boolean active, @Nullable Set<String> apis) {}

    private final long[] words;
    private final @Nullable Grant[] grants;
    private final int mask;

    /** Of subscriptions; a key that several have opens what any of them does. */
    public Subscriptions(List<Subscription> subscriptions) {
        int keys = 0;
        for (Subscription each : subscriptions) {
            keys += each.keyHashes().size();
        }
        int size = Math.max(2, Integer.highestOneBit(Math.max(1, keys)) * 4);
        mask = size - 1;
        words = new long[4 * size];
        grants = new Grant[size];
        for (Subscription each : subscriptions) {
            List<String> apis = each.apis();
            Grant grant = new Grant(each.state() == SubscriptionState.ACTIVE, apis == null ? null : Set.copyOf(apis));
            for (String hash : each.keyHashes()) {
                put(HexFormat.of().parseHex(hash), grant);
            }
        }
    }

    private void put(byte[] hash, Grant grant) {
        int at = (int) KeyHash.word(hash, 0) & mask;
        while (grants[at] != null) {
            at = at + 1 & mask;
        }
        grants[at] = grant;
        for (int i = 0; i < 4; i++) {
            words[4 * at + i] = KeyHash.word(hash, i);
        }
    }

    /** What the key with this hash is good for at an API. O(1), no allocation; compares all of a hash whether it differs early or late. */
    public Verdict judge(byte[] hash, String api) {
        long a = KeyHash.word(hash, 0);
        long b = KeyHash.word(hash, 1);
        long c = KeyHash.word(hash, 2);
        long d = KeyHash.word(hash, 3);
        Verdict best = Verdict.UNKNOWN;
        for (int at = (int) a & mask; ; at = at + 1 & mask) {
            Grant grant = grants[at];
            if (grant == null) {
                return best;
            }
            long differs = words[4 * at] ^ a | words[4 * at + 1] ^ b | words[4 * at + 2] ^ c | words[4 * at + 3] ^ d;
            if (differs == 0) {
                if (!grant.active) {
                    best = best == Verdict.OTHER_API ? best : Verdict.INACTIVE;
                } else if (grant.apis == null || grant.apis.contains(api)) {
                    return Verdict.GRANTED;
                } else {
                    best = Verdict.OTHER_API;
                }
            }
        }
    }
}
