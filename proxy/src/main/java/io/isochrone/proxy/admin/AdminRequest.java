package io.isochrone.proxy.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operator's request.
 *
 * <p>Immutable.
 *
 * @param method such as {@code GET}
 * @param path decoded path without the query
 * @param query decoded query parameters; the first value where a name comes twice
 * @param accept value of Accept, or the empty string
 */
public record AdminRequest(String method, String path, Map<String, String> query, String accept) {
    public AdminRequest {
        query = Map.copyOf(query);
    }

    /** Value of a query parameter, or null. */
    public @Nullable String parameter(String name) {
        return query.get(name);
    }

    /** Whether JSON was asked for, by {@code ?format=json} or by Accept. */
    public boolean wantsJson() {
        String format = query.get("format");
        return format == null ? accept.contains("application/json") : format.equals("json");
    }
}
