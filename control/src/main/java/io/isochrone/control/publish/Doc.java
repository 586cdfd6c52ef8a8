package io.isochrone.control.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document that is read strictly: what has another type than asked for, or is out of bounds, is an
 * {@link UnpublishableException} with its path. A null is the same as nothing.
 *
 * <p>Immutable.
 */
public final class Doc {
    private static final int MAX_SHOWN = 60;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(32)
                            .maxNumberLength(30)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String path;
    private final @Nullable JsonNode json;

    private Doc(String path, @Nullable JsonNode json) {
        this.path = path;
        this.json = json == null || json.isNull() || json.isMissingNode() ? null : json;
    }

    /** Reads an object; a key twice, text after the end and nesting deeper than 32 are refused. */
    public static Doc read(String path, String text) {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UnpublishableException(path, "not JSON: " + shown(e.getOriginalMessage()), "a JSON object");
        }
        Doc doc = new Doc(path, json);
        if (json == null || !json.isObject()) {
            throw doc.wrong("an object");
        }
        return doc;
    }

    /** Where it is, such as {@code service/contoso.primary.units}. */
    public String path() {
        return path;
    }

    /** Whether something is there. */
    public boolean isThere() {
        return json != null;
    }

    /** A field of an object; nothing when it is not there. Nothing has no fields. */
    public Doc at(String field) {
        if (json != null && !json.isObject()) {
            throw wrong("an object");
        }
        return new Doc(path + "." + field, json == null ? null : json.get(field));
    }

    /** A text that must be there, 1 to {@code max} characters without control characters. */
    public String text(int max) {
        String text = optionalText(max);
        if (text == null) {
            throw wrong("text of 1 to " + max + " characters");
        }
        return text;
    }

    /** A text, or null when nothing is there. */
    public @Nullable String optionalText(int max) {
        if (json == null) {
            return null;
        }
        String text = json.textValue();
        if (text == null
                || text.isBlank()
                || text.length() > max
                || text.chars().anyMatch(Character::isISOControl)) {
            throw wrong("text of 1 to " + max + " characters");
        }
        return text;
    }

    /** Whether the empty text is here, or nothing. */
    public boolean isEmptyText() {
        return json == null || json.isTextual() && json.textValue().isEmpty();
    }

    /** A text that must be there, at most {@code max} characters of any kind. */
    public String anyText(int max) {
        if (json == null || !json.isTextual() || json.textValue().length() > max) {
            throw wrong("text of at most " + max + " characters");
        }
        return json.textValue();
    }

    /** A whole number that must be there. */
    public long number(long min, long max) {
        if (json == null || !json.isIntegralNumber() || !json.canConvertToLong()) {
            throw wrong("a whole number from " + min + " to " + max);
        }
        long number = json.longValue();
        if (number < min || number > max) {
            throw wrong("a whole number from " + min + " to " + max);
        }
        return number;
    }

    /** A number from 0; {@code otherwise} when nothing is there. */
    public double decimal(double min, double max, double otherwise) {
        if (json == null) {
            return otherwise;
        }
        double number = json.isNumber() ? json.doubleValue() : Double.NaN;
        if (!(number >= min && number <= max)) {
            throw wrong("a number from " + min + " to " + max);
        }
        return number;
    }

    /** True or false; {@code otherwise} when nothing is there. */
    public boolean flag(boolean otherwise) {
        if (json == null) {
            return otherwise;
        }
        if (!json.isBoolean()) {
            throw wrong("true or false");
        }
        return json.booleanValue();
    }

    /** The items of a list of at most {@code max}; none when nothing is there. */
    public List<Doc> items(int max) {
        if (json == null) {
            return List.of();
        }
        if (!json.isArray() || json.size() > max) {
            throw wrong("a list of at most " + max);
        }
        List<Doc> items = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            items.add(new Doc(path + "[" + i + "]", json.get(i)));
        }
        return items;
    }

    /** Whether a list is here. */
    public boolean isList() {
        return json != null && json.isArray();
    }

    /** The text of this object with another list of texts in a field. */
    String with(String field, List<String> texts) {
        ObjectNode copy = json instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        ArrayNode list = copy.putArray(field);
        texts.forEach(list::add);
        return copy.toString();
    }

    /** The names of an object's fields, at most {@code max}; none when nothing is there. */
    public List<String> names(int max) {
        if (json == null) {
            return List.of();
        }
        if (!json.isObject() || json.size() > max) {
            throw wrong("an object of at most " + max + " fields");
        }
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** That what is here is not what it should be. */
    public UnpublishableException wrong(String expected) {
        return new UnpublishableException(path, json == null ? "missing" : shown(json.toString()), expected);
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= MAX_SHOWN ? plain : plain.substring(0, MAX_SHOWN) + "…";
    }
}
