package io.isochrone.control.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a service's nodes are to behave, in its custom properties: {@value #ROUTER} and {@value #GATEWAY} hold the sections {@code router}
 * and {@code gateway} of a configuration file as one JSON object each, such as {@code {"trusted-proxies":["10.0.0.0/8"]}}.
 *
 * <p>Thread-safe: no state.
 */
public final class NodeSettings {
    /** The custom property with what routers do. */
    public static final String ROUTER = "Isochrone.Router";

    /** The custom property with what gateways do. */
    public static final String GATEWAY = "Isochrone.Gateway";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Map<String, String> SECTIONS = Map.of(ROUTER, "router", GATEWAY, "gateway");
    private static final String SERVICE =
            "{\"service\":{\"name\":\"a\",\"tier\":\"Developer\",\"primary\":{\"location\":\"westeurope\"}},\"";

    private NodeSettings() {}

    /**
     * By section, {@code router} or {@code gateway}: its JSON text in one line; none for what is not set.
     *
     * @throws IllegalArgumentException that names the property and what was expected, when nodes would refuse it
     */
    public static SortedMap<String, String> sections(Map<String, String> customProperties) {
        SortedMap<String, String> sections = new TreeMap<>();
        customProperties.forEach((name, text) -> {
            String section = SECTIONS.get(name);
            if (section != null && !text.isBlank()) {
                sections.put(section, checked(name, section, text));
            }
        });
        return sections;
    }

    private static String checked(String name, String section, String text) {
        String line;
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.isObject()) {
                throw new IllegalArgumentException(name + ": no object (expected: a JSON object)");
            }
            line = json.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + ": " + e.getOriginalMessage() + " (expected: a JSON object)", e);
        }
        try {
            Objects.requireNonNull(DeploymentReader.readSnapshot(name, SERVICE + section + "\":" + line + "}"));
            return line;
        } catch (InvalidConfigException e) {
            Problem first = e.problems().get(0);
            throw new IllegalArgumentException(
                    name + ": " + first.path() + ": " + first.value() + " (expected: " + first.expected() + ")", e);
        }
    }
}
