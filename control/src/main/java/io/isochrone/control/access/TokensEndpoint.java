package io.isochrone.control.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Caller.Role;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /control/v1/tokens}: GET lists, POST makes one from {@code {"name","role","service"?,"region"?}} and answers with its text,
 * DELETE of {@code …/ID} takes one back. Readers may list; operators may do all.
 *
 * <p>Thread-safe.
 */
public final class TokensEndpoint implements Endpoint {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@-]{0,79}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([a-z0-9-]{0,48}[a-z0-9])?");

    private final Tokens tokens;

    /** Over the tokens. */
    public TokensEndpoint(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        return CompletableFuture.completedFuture(reply(call));
    }

    private Reply reply(Call call) {
        String rest = call.path().substring("/control/v1/tokens".length());
        String id = rest.startsWith("/") ? rest.substring(1) : rest;
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        if (reads ? !call.caller().mayRead() : !call.caller().mayChange()) {
            return Reply.error(
                    403, "AuthorizationFailed", "token: role " + call.caller().role() + " (expected: OPERATOR)");
        }
        if (id.isEmpty()) {
            return switch (call.method()) {
                case "GET", "HEAD" -> list();
                case "POST" -> create(call);
                default -> method(call, "GET, POST");
            };
        }
        return call.method().equals("DELETE") ? revoke(call, id.toLowerCase(Locale.ROOT)) : method(call, "DELETE");
    }

    private static Reply method(Call call, String allowed) {
        return Reply.error(405, "MethodNotAllowed", "method: " + call.method() + " (expected: one of " + allowed + ")")
                .with("Allow", allowed);
    }

    private Reply list() {
        ObjectNode json = MAPPER.createObjectNode();
        ArrayNode value = json.putArray("value");
        tokens.all().forEach(token -> value.add(token.view()));
        return Reply.json(200, json.toString());
    }

    private Reply create(Call call) {
        JsonNode body;
        try {
            body = MAPPER.readTree(call.text());
        } catch (JsonProcessingException e) {
            return bad("body: not JSON (expected: {\"name\",\"role\",\"service\"?,\"region\"?})");
        }
        try {
            Caller caller = caller(
                    body.path("name").asText(""),
                    body.path("role").asText(""),
                    body.path("service").textValue(),
                    body.path("region").textValue());
            Token.Issued issued = tokens.create(caller, call.caller().name());
            return Reply.json(
                    201, issued.token().view().put("token", issued.text()).toString());
        } catch (IllegalArgumentException e) {
            return bad(String.valueOf(e.getMessage()));
        }
    }

    private Reply revoke(Call call, String id) {
        List<Token> operators = tokens.all().stream()
                .filter(token -> token.caller().role() == Role.OPERATOR)
                .toList();
        if (operators.size() == 1 && operators.get(0).id().equals(id)) {
            return Reply.error(
                    409,
                    "LastOperatorToken",
                    "token: " + id + " is the last one of an operator (expected: another one, made before)");
        }
        tokens.revoke(id, call.caller().name());
        return Reply.of(204);
    }

    private static Reply bad(String message) {
        return Reply.error(400, "ValidationError", message);
    }

    /**
     * A caller as an operator describes it; throws {@link IllegalArgumentException} with what is expected. A node's token is for one
     * service, and for one region unless {@code region} is null: then for all of its regions and its routers.
     */
    public static Caller caller(String name, String role, @Nullable String service, @Nullable String region) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: \"" + name
                    + "\" (expected: 1 to 80 letters, digits, blanks, dots, dashes, underscores, at signs)");
        }
        Role asked = switch (role.toLowerCase(Locale.ROOT)) {
            case "reader" -> Role.READER;
            case "operator" -> Role.OPERATOR;
            case "node" -> Role.NODE;
            default ->
                throw new IllegalArgumentException("role: \"" + role + "\" (expected: reader, operator or node)");
        };
        String scope = service == null ? null : service.toLowerCase(Locale.ROOT);
        if (asked == Role.NODE && scope == null) {
            throw new IllegalArgumentException("service: missing (expected: the service that the node is part of)");
        }
        if (asked != Role.NODE && (scope != null || region != null)) {
            throw new IllegalArgumentException(
                    "service, region: given with role " + role + " (expected: with role node only)");
        }
        if (scope != null && !SERVICE.matcher(scope).matches()) {
            throw new IllegalArgumentException("service: \"" + service + "\" (expected: a service's name)");
        }
        return new Caller(name, asked, scope, region == null ? null : region(region));
    }

    private static String region(String written) {
        Region known = RegionCatalogue.clouds().find(written);
        String name = known == null ? written.toLowerCase(Locale.ROOT).replace(" ", "") : known.name();
        if (!REGION.matcher(name).matches()) {
            throw new IllegalArgumentException("region: \"" + written + "\" (expected: such as westeurope)");
        }
        return name;
    }
}
