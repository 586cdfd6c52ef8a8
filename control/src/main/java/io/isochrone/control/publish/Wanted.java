package io.isochrone.control.publish;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the store wants of a service, ready to be put together with its nodes.
 *
 * <p>Immutable.
 *
 * @param service locations and tier
 * @param subscriptions items by key: who may call, with hashes of keys only; null: they cannot be published
 * @param apis items by key: what is published in stages; null: they cannot be published
 * @param refusal why one of the two is null; null otherwise
 */
public record Wanted(
        ServiceInput service,
        @Nullable SortedMap<String, String> subscriptions,
        @Nullable SortedMap<String, String> apis,
        @Nullable String refusal) {}
