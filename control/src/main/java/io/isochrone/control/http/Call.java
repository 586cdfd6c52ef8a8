package io.isochrone.control.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to the control plane, from a caller whose token was good.
 *
 * <p>Immutable; nobody changes the body's bytes.
 *
 * @param method upper-case
 * @param path decoded, as the caller wrote it, without query
 * @param query the first value of each parameter, decoded, by its name as written
 * @param headers the first value of each, by lower-case name
 * @param body empty when there is none; at most 4 MiB
 * @param caller who asks
 * @param base the caller's own view of this server, such as {@code https://localhost:8443}
 */
public record Call(
        String method,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        Caller caller,
        String base) {
    public Call {
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
    }

    /** The value of a header, or null. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The value of a query parameter, whose name is compared without case, or null. */
    public @Nullable String parameter(String name) {
        for (Map.Entry<String, String> each : query.entrySet()) {
            if (each.getKey().equalsIgnoreCase(name)) {
                return each.getValue();
            }
        }
        return null;
    }

    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
