package io.isochrone.control.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the portal answers without a token: its files below {@code /portal/}, and {@code /portal/session}:
 *
 * <ul>
 *   <li>{@code POST} with {@code {"token":"…"}} signs in: 200 with {@code {"name","role","service"}} and the cookie, 401 when the token is not
 *       good, 403 when it is a node's or the request is not the page's own;
 *   <li>{@code GET} says who is signed in: 200, or 204 when nobody is;
 *   <li>{@code DELETE} signs out: 204.
 * </ul>
 *
 * <p>Thread-safe: asks {@code tokens}, which is; no state of its own.
 */
public final class PortalEndpoint {
    /** The path below which everything of the portal is. */
    public static final String ROOT = "/portal";

    private static final int MAX_BODY = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<String, @Nullable Caller> tokens;
    private final PortalFiles files = PortalFiles.load();

    /** Asks {@code tokens} whose a token is; null: nobody's. */
    public PortalEndpoint(Function<String, @Nullable Caller> tokens) {
        this.tokens = tokens;
    }

    /** Answers; headers by lower-case name. */
    public Reply answer(String method, String path, Map<String, String> headers, byte[] body) {
        if (path.equals(ROOT)) {
            return plain(308, "").with("Location", ROOT + "/");
        }
        if (path.equals(ROOT + "/session")) {
            return session(method, headers, body);
        }
        Reply file = path.startsWith(ROOT + "/")
                ? files.find(path.substring(ROOT.length() + 1), headers.get("if-none-match"))
                : null;
        if (file == null) {
            return plain(404, "There is no such page.");
        }
        return switch (method) {
            case "GET" -> file;
            case "HEAD" -> new Reply(file.status(), file.headers(), new byte[0]);
            default -> plain(405, "").with("Allow", "GET, HEAD");
        };
    }

    private Reply session(String method, Map<String, String> headers, byte[] body) {
        return switch (method) {
            case "GET" -> {
                Caller caller = caller(Session.token(method, headers));
                yield caller == null ? json(204, "") : json(200, text(caller));
            }
            case "POST" -> begin(headers, body);
            case "DELETE" ->
                Session.isOwn(headers)
                        ? json(204, "").with("Set-Cookie", Session.end())
                        : error(403, "Forbidden", "Only the portal's own page may do this.");
            default -> plain(405, "").with("Allow", "GET, POST, DELETE");
        };
    }

    private Reply begin(Map<String, String> headers, byte[] body) {
        if (!Session.isOwn(headers) || !headers.containsKey(Session.HEADER)) {
            return error(403, "Forbidden", "Only the portal's own page may do this, and from a browser that says so.");
        }
        String token = body.length <= MAX_BODY ? token(body) : "";
        Caller caller = Session.isToken(token) ? caller(token) : null;
        if (caller == null) {
            return error(401, "AuthenticationFailed", "This token is not known here, has expired or was withdrawn.");
        }
        if (caller.role() == Caller.Role.NODE) {
            return error(403, "Forbidden", "This is the token of a node. Sign in with one of role operator or reader.");
        }
        return json(200, text(caller)).with("Set-Cookie", Session.begin(token));
    }

    private @Nullable Caller caller(@Nullable String token) {
        return token == null ? null : tokens.apply(token);
    }

    private static String token(byte[] body) {
        try {
            JsonNode tree = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            return tree.path("token").asText("");
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private static String text(Caller caller) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", caller.name())
                .put("role", caller.role().name().toLowerCase(Locale.ROOT))
                .put("service", caller.service())
                .toString();
    }

    private static Reply error(int status, String code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", code).put("message", message);
        return json(status, body.toString());
    }

    private static Reply plain(int status, String text) {
        return safe(new Reply(
                status,
                text.isEmpty() ? Map.of() : Map.of("Content-Type", "text/plain; charset=utf-8"),
                text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Reply json(int status, String json) {
        return safe(json.isEmpty() ? Reply.of(status) : Reply.json(status, json))
                .with("Cache-Control", "no-store");
    }

    private static Reply safe(Reply reply) {
        Map<String, String> headers = new LinkedHashMap<>(PortalFiles.SAFETY);
        headers.putAll(reply.headers());
        return new Reply(reply.status(), headers, reply.body());
    }
}
