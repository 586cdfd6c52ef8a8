package io.isochrone.control.portal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import io.isochrone.control.http.Session;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Signing in and out, for callers whose token was good.
 *
 * <ul>
 *   <li>{@code POST} with the token in {@code Authorization} begins a session: 200 with {@code {"name","role","service"}} and the cookie;
 *       403 for a node's token and for requests that are not the page's own;
 *   <li>{@code GET} says who is signed in: 200;
 *   <li>{@code DELETE} ends the session: 204.
 * </ul>
 *
 * <p>Thread-safe: no state.
 */
public final class SessionEndpoint implements Endpoint {
    @Override
    public CompletionStage<Reply> answer(Call call) {
        return CompletableFuture.completedFuture(PortalFiles.safe(reply(call)));
    }

    private static Reply reply(Call call) {
        return switch (call.method()) {
            case "GET" -> Reply.json(200, text(call.caller()));
            case "POST" -> begin(call);
            case "DELETE" -> isPage(call) ? Reply.of(204).with("Set-Cookie", Session.end()) : foreign();
            default ->
                Reply.error(405, "MethodNotAllowed", "method: " + call.method() + " (expected: GET, POST or DELETE)")
                        .with("Allow", "GET, POST, DELETE");
        };
    }

    private static Reply begin(Call call) {
        if (!isPage(call)) {
            return foreign();
        }
        if (!call.caller().mayRead()) {
            return Reply.error(
                    403, "Forbidden", "This is the token of a node. Sign in with one of role operator or reader.");
        }
        String authorization = call.header("Authorization");
        String cookie = authorization == null ? null : Session.begin(authorization);
        return cookie == null
                ? Reply.error(400, "InvalidToken", "Authorization: missing or too long (expected: Bearer TOKEN)")
                : Reply.json(200, text(call.caller())).with("Set-Cookie", cookie);
    }

    private static boolean isPage(Call call) {
        return Session.isOwn(call.headers()) && call.header(Session.HEADER) != null;
    }

    private static Reply foreign() {
        return Reply.error(
                403,
                "Forbidden",
                "Only the portal's own page may do this, in a browser that says so (Sec-Fetch-Site).");
    }

    private static String text(Caller caller) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", caller.name())
                .put("role", caller.role().name().toLowerCase(Locale.ROOT))
                .put("service", caller.service())
                .toString();
    }
}
