package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists of the contract: {@code {"value","count","nextLink"?}} with {@code $top} and {@code $skip}. A next link is absolute and has
 * the api-version and all other parameters of the call.
 *
 * <p>Thread-safe: no state.
 */
public final class Pages {
    /** Most entries of one page. */
    public static final int LARGEST = 1000;

    private static final int USUAL = 100;

    private Pages() {}

    /** The page of {@code all} that the call asks for; {@code count} is the number of all. */
    public static Reply of(Call call, List<? extends ObjectNode> all) {
        int skip = number(call, "$skip", 0, 0);
        int top = Math.min(number(call, "$top", USUAL, 1), LARGEST);
        int from = Math.min(skip, all.size());
        int to = Math.min(from + top, all.size());
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        ArrayNode value = page.putArray("value");
        all.subList(from, to).forEach(value::add);
        page.put("count", all.size());
        if (to < all.size()) {
            page.put("nextLink", next(call, to));
        }
        return Reply.json(200, page.toString());
    }

    private static String next(Call call, int skip) {
        Map<String, String> query = new TreeMap<>(call.query());
        query.keySet().removeIf(name -> name.equalsIgnoreCase("$skip"));
        query.put("$skip", String.valueOf(skip));
        StringBuilder link = new StringBuilder(call.base()).append(encodedPath(call.path()));
        char separator = '?';
        for (Map.Entry<String, String> each : query.entrySet()) {
            String name = each.getKey().replace("$", "");
            boolean dollar = name.length() < each.getKey().length();
            link.append(separator)
                    .append(dollar ? "$" : "")
                    .append(encoded(name))
                    .append('=')
                    .append(encoded(each.getValue()));
            separator = '&';
        }
        return link.toString();
    }

    /** A decoded path as it stands in a URL. */
    static String encodedPath(String path) {
        return encoded(path).replace("%2F", "/").replace("%3B", ";").replace("%3D", "=");
    }

    /** A text as it stands in a URL's path or query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static int number(Call call, String name, int usual, int least) {
        @Nullable String text = call.parameter(name);
        if (text == null || text.isEmpty()) {
            return usual;
        }
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            number = least - 1;
        }
        if (number < least) {
            throw ArmException.invalid(name, name + ": " + text + " (expected: a whole number from " + least + ")");
        }
        return number;
    }
}
