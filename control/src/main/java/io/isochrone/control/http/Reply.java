package io.isochrone.control.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One HTTP answer of the control plane.
 *
 * <p>Immutable; nobody changes the body's bytes.
 *
 * @param status 200 to 599
 * @param headers by name
 * @param body empty for none
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {
    /** Without headers or body. */
    public static Reply of(int status) {
        return new Reply(status, Map.of(), new byte[0]);
    }

    /** With a JSON text. */
    public static Reply json(int status, String json) {
        return new Reply(
                status,
                Map.of("Content-Type", "application/json; charset=utf-8"),
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** With the contract's error object. */
    public static Reply error(int status, String code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("code", code).put("message", message);
        return json(status, body.toString());
    }

    /** With one header more. */
    public Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }

    public Reply {
        headers = Map.copyOf(headers);
    }
}
