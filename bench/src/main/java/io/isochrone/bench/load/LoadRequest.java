package io.isochrone.bench.load;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A request of a load run under way. Confined to one event loop. */
final class LoadRequest {
    final long dueNanos;
    final int client;
    final long index;
    final boolean post;
    int status;

    @Nullable
    String region;

    @Nullable
    Channel channel;

    boolean ended;

    /** {@code dueNanos}: after the start of the run. */
    LoadRequest(long index, long dueNanos, int client, boolean post) {
        this.index = index;
        this.post = post;
        this.dueNanos = dueNanos;
        this.client = client;
    }
}
