package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What values properties may have. Thread-safe: no state. */
final class Kinds {
    private Kinds() {}

    /** A kind of value. Immutable. */
    interface Kind {
        /** The value as it is stored, or null after telling what is wrong with it. */
        @Nullable
        JsonNode read(JsonNode given, String target, Faults faults);
    }

    static final Kind BOOL = (given, target, faults) -> {
        if (given.isBoolean()) {
            return given;
        }
        String text = given.isTextual() ? given.asText().toLowerCase(Locale.ROOT) : "";
        if (text.equals("true") || text.equals("false")) {
            return JsonNodeFactory.instance.booleanNode(text.equals("true"));
        }
        faults.add(target, shown(given) + " (expected: true or false)");
        return null;
    };

    /** Any JSON. Its depth and size are the body's. */
    static final Kind ANY = (given, target, faults) -> given.deepCopy();

    /** A JSON object of any content. */
    static final Kind OBJECT = (given, target, faults) -> {
        if (given.isObject()) {
            return given.deepCopy();
        }
        faults.add(target, shown(given) + " (expected: an object)");
        return null;
    };

    /** A text of a length between two bounds. */
    static Kind text(int min, int max) {
        return (given, target, faults) -> {
            if (!given.isTextual()) {
                faults.add(target, shown(given) + " (expected: a text)");
                return null;
            }
            int length = given.asText().length();
            if (length < min || length > max) {
                faults.add(target, length + " characters (expected: " + min + " to " + max + ")");
                return null;
            }
            return given;
        };
    }

    /** A text that a pattern matches wholly; {@code expected} says it in words. */
    static Kind pattern(int max, String regex, String expected) {
        Pattern pattern = Pattern.compile(regex);
        Kind text = text(0, max);
        return (given, target, faults) -> {
            JsonNode read = text.read(given, target, faults);
            if (read != null && !pattern.matcher(read.asText()).matches()) {
                faults.add(target, shown(given) + " (expected: " + expected + ")");
                return null;
            }
            return read;
        };
    }

    /** One of these words, compared without case. */
    static Kind oneOf(String... words) {
        List<String> all = List.of(words);
        return (given, target, faults) -> {
            for (String each : all) {
                if (given.isTextual() && each.equalsIgnoreCase(given.asText())) {
                    return JsonNodeFactory.instance.textNode(each);
                }
            }
            faults.add(target, shown(given) + " (expected: one of " + String.join(", ", all) + ")");
            return null;
        };
    }

    /** A whole number. */
    static Kind whole(int min, int max) {
        return (given, target, faults) -> {
            boolean good = given.isNumber()
                    && given.canConvertToExactIntegral()
                    && given.canConvertToInt()
                    && given.asInt() >= min
                    && given.asInt() <= max;
            if (!good) {
                faults.add(target, shown(given) + " (expected: a whole number from " + min + " to " + max + ")");
                return null;
            }
            return JsonNodeFactory.instance.numberNode(given.asInt());
        };
    }

    /** A list. */
    static Kind list(int min, int max, Kind items) {
        return (given, target, faults) -> {
            if (!given.isArray() || given.size() < min || given.size() > max) {
                faults.add(
                        target,
                        (given.isArray() ? given.size() + " items" : shown(given)) + " (expected: a list of " + min
                                + " to " + max + ")");
                return null;
            }
            ArrayNode read = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < given.size(); i++) {
                JsonNode item = items.read(given.get(i), target + "[" + i + "]", faults);
                if (item != null) {
                    read.add(item);
                }
            }
            return read;
        };
    }

    /** An object whose properties are all of one kind. */
    static Kind map(int max, Kind values) {
        return (given, target, faults) -> {
            if (!given.isObject() || given.size() > max) {
                faults.add(
                        target,
                        (given.isObject() ? given.size() + " properties" : shown(given))
                                + " (expected: an object of at most " + max + ")");
                return null;
            }
            ObjectNode read = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> each : given.properties()) {
                JsonNode value = values.read(each.getValue(), target + "." + each.getKey(), faults);
                if (value != null) {
                    read.set(each.getKey(), value);
                }
            }
            return read;
        };
    }

    /** An ISO 8601 duration such as {@code PT10S}. */
    static Kind duration(Duration min, Duration max) {
        return (given, target, faults) -> {
            if (given.isTextual() && given.asText().length() <= 40) {
                try {
                    Duration read = Duration.parse(given.asText());
                    if (read.compareTo(min) >= 0 && read.compareTo(max) <= 0) {
                        return given;
                    }
                } catch (DateTimeParseException | ArithmeticException e) {
                    // told below
                }
            }
            faults.add(target, shown(given) + " (expected: an ISO 8601 duration from " + min + " to " + max + ")");
            return null;
        };
    }

    /** An absolute URL with one of these schemes and a host, without user, query and fragment. */
    static Kind url(int max, String... schemes) {
        List<String> all = List.of(schemes);
        Kind text = text(1, max);
        return (given, target, faults) -> {
            JsonNode read = text.read(given, target, faults);
            if (read != null && !isUrl(read.asText(), all)) {
                faults.add(
                        target,
                        shown(given) + " (expected: an absolute URL with " + String.join(", ", all)
                                + " and a host, without user, query and fragment)");
                return null;
            }
            return read;
        };
    }

    private static boolean isUrl(String text, List<String> schemes) {
        try {
            URI url = new URI(text);
            return url.getScheme() != null
                    && schemes.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    && url.getHost() != null
                    && url.getPort() <= 65_535
                    && url.getPort() != 0
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** A value in a message: short, on one line. */
    static String shown(JsonNode given) {
        String text = given.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
