package io.isochrone.control.portal;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Lines;
import io.isochrone.control.http.Reply;
import io.isochrone.control.http.StreamEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * {@code GET /portal/feed?service=NAME}: the live feed, as server-sent events. 400 without a service, 403 when the token is not for it, 503 when
 * there are too many pages.
 *
 * <p>Thread-safe: no state of its own.
 */
public final class FeedEndpoint implements StreamEndpoint {
    private final Feed feed;

    /** Opens pages at {@code feed}. */
    public FeedEndpoint(Feed feed) {
        this.feed = feed;
    }

    @Override
    public Reply open(Call call, Lines lines) {
        if (!call.method().equals("GET")) {
            return Reply.error(405, "MethodNotAllowed", "method: " + call.method() + " (expected: GET)")
                    .with("Allow", "GET");
        }
        String service = call.parameter("service");
        if (service == null || service.isEmpty()) {
            return Reply.error(400, "InvalidParameters", "service: missing (expected: a service's name)");
        }
        String own = call.caller().service();
        if (!call.caller().mayRead() || own != null && !own.equals(service.toLowerCase(Locale.ROOT))) {
            return Reply.error(403, "AuthorizationFailed", "This token may not see the service " + service + ".");
        }
        if (!feed.open(service, lines)) {
            return Reply.error(503, "TooManyPages", "Too many pages are open; try again later.")
                    .with("Retry-After", "5");
        }
        return new Reply(
                200,
                Map.of("Content-Type", "text/event-stream; charset=utf-8", "X-Accel-Buffering", "no"),
                "retry: 3000\n\n".getBytes(StandardCharsets.UTF_8));
    }
}
