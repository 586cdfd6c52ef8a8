package io.isochrone.control;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Lines;
import io.isochrone.control.http.Reply;
import io.isochrone.control.http.StreamEndpoint;
import io.isochrone.control.portal.Feed;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * {@code GET /portal/feed?service=NAME}: the page's live feed as an answer that is written over time.
 *
 * <p>Thread-safe.
 *
 * @param feed where pages are fed from
 */
record PortalFeed(Feed feed) implements StreamEndpoint {
    @Override
    public Reply open(Call call, Lines lines) {
        String service = call.parameter("service");
        if (!call.caller().mayRead()) {
            return Reply.error(403, "AuthorizationFailed", "token: of a node (expected: an operator's or a reader's)");
        }
        if (!call.method().equals("GET") || service == null) {
            return Reply.error(400, "ValidationError", "service: missing (expected: GET with ?service=NAME)");
        }
        // Whether the token is still good is asked again by whoever writes the lines.
        boolean taken = feed.open(service, () -> true, new Feed.Sink() {
            @Override
            public CompletionStage<?> send(String events) {
                return lines.send(events)
                        ? lines.taken()
                        : CompletableFuture.failedFuture(new ClosedChannelException());
            }

            @Override
            public void close() {
                lines.close();
            }
        });
        return taken
                ? Reply.of(200).with("Content-Type", "text/event-stream; charset=utf-8")
                : Reply.error(503, "TooManyPages", "Too many pages are open; try again later.")
                        .with("Retry-After", "10");
    }
}
