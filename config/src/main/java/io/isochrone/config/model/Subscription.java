package io.isochrone.config.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may call which APIs, by keys of which only hashes are known here.
 *
 * <p>Immutable.
 *
 * @param name unique identifier
 * @param apis names of the APIs that it opens; null: all
 * @param state whether its keys are good now
 * @param keyHashes SHA-256 of each key in UTF-8, 64 hex digits in lower case; usually two, so that one can be exchanged while the other is used
 */
public record Subscription(String name, @Nullable List<String> apis, SubscriptionState state, List<String> keyHashes) {
    public Subscription {
        apis = apis == null ? null : List.copyOf(apis);
        keyHashes = List.copyOf(keyHashes);
    }

    /** Prints without the hashes: they are no keys, but nobody's business either. */
    @Override
    public String toString() {
        return "Subscription[name=" + name + ", apis=" + (apis == null ? "all" : apis) + ", state=" + state.text()
                + ", keyHashes=***]";
    }
}
