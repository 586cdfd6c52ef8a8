package io.isochrone.control.arm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON trees from what clients send and what is stored.
 *
 * <p>Thread-safe: no state.
 */
public final class Json {
    /** Strict: a key twice, text after the end or nesting deeper than 64 is refused. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** The object in a call's body; throws {@link ArmException} 400 {@code InvalidRequestContent} when there is none. */
    public static ObjectNode body(Call call) {
        JsonNode read;
        try {
            read = MAPPER.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(call.body()))
                    .toString());
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw content("not JSON: " + e.getOriginalMessage() + " (line " + line + ")");
        } catch (CharacterCodingException e) {
            throw content("not UTF-8");
        }
        if (read instanceof ObjectNode object) {
            return object;
        }
        throw content("not a JSON object");
    }

    private static ArmException content(String what) {
        return new ArmException(
                400, "InvalidRequestContent", "The request body is " + what + " (expected: a JSON object).", null);
    }

    /** What the control plane itself has written; throws {@link IllegalArgumentException} when it is damaged. */
    public static JsonNode stored(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("stored text: not JSON (expected: what was written): " + e, e);
        }
    }

    /** An object of texts, in order of key. */
    public static ObjectNode of(Map<String, String> texts) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(texts).forEach(json::put);
        return json;
    }
}
