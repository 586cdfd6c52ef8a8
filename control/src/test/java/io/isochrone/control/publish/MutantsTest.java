package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stored documents with something wrong in them, as bugs and hands leave them. */
@Timeout(60)
final class MutantsTest {
    private static final int MUTANTS = 5_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Stored good() {
        Stored stored = new Stored()
                .with(Stored.service("westeurope", "eastasia"))
                .with("apis/a", Stored.api("a", "a", "http://a.example"))
                .with("apis/b", Stored.api("b", "b", "http://b.example"))
                .with(
                        "backends/one",
                        Stored.entity("backends", "one", "{\"url\":\"http://one.example\",\"protocol\":\"http\"}"))
                .with(
                        "backends/pool",
                        Stored.entity(
                                "backends",
                                "pool",
                                "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/one\",\"priority\":1,\"weight\":3}]}}"))
                .with(
                        "apis/b/policies/policy",
                        Stored.entity(
                                "policies",
                                "policy",
                                "{\"format\":\"xml\",\"value\":\"<policies><inbound><base/><set-backend-service backend-id='pool'/></inbound></policies>\"}"))
                .with(
                        "products/p",
                        Stored.entity("products", "p", "{\"subscriptionRequired\":false,\"state\":\"published\"}"))
                .with("products/p/apis/a", Stored.entity("products/p/apis", "a", "{}"));
        return stored;
    }

    @Test
    void noneOf5000MutantsEscapesAndEachThatIsRefusedHasAPathP16Seed20260131() throws JsonProcessingException {
        Random random = new Random(20260131);
        Published before =
                Objects.requireNonNull(Planner.plan(null, good().wanted(), List.of(), List.of(), Soak.Finding.NONE)
                        .published());
        int refused = 0;

        for (int i = 0; i < MUTANTS; i++) {
            Stored mutant = good();
            String key = new ArrayList<>(mutant.values.keySet()).get(random.nextInt(mutant.values.size()));
            String text = mutate(mutant.values.get(key), random);
            mutant.values.put(key, text);

            String refusal = publish(before, mutant);

            if (refusal != null) {
                refused++;
                assertThat(refusal)
                        .as("mutant %s of %s", text, key)
                        .matches("(?s).*[a-z/\\]]+.*: .*\\(expected: .*\\).*");
            }
        }

        assertThat(refused).isGreaterThan(MUTANTS / 4);
    }

    private static @Nullable String publish(Published before, Stored mutant) {
        try {
            StoredResources read = mutant.read();
            Planner.Plan plan = Planner.plan(before, read.wanted(Stored.OPEN), List.of(), List.of(), Soak.Finding.NONE);
            Published next = Objects.requireNonNull(plan.published());
            assertThat(next.last()).isGreaterThanOrEqualTo(before.last());
            assertThat(PublishedText.read("p", PublishedText.write(next))).isEqualTo(next);
            return plan.refusal();
        } catch (UnpublishableException e) {
            return e.getMessage();
        }
    }

    private static String mutate(String text, Random random) throws JsonProcessingException {
        if (random.nextInt(10) == 0) {
            int at = random.nextInt(text.length());
            return switch (random.nextInt(3)) {
                case 0 -> text.substring(0, at);
                case 1 -> text.substring(0, at) + (char) random.nextInt(300) + text.substring(at);
                default -> text + text;
            };
        }
        JsonNode root = MAPPER.readTree(text);
        List<Map.Entry<JsonNode, String>> places = new ArrayList<>();
        collect(root, places);
        Map.Entry<JsonNode, String> place = places.get(random.nextInt(places.size()));
        JsonNode value = value(random, root);
        if (place.getKey() instanceof ObjectNode object) {
            if (random.nextInt(12) == 0) {
                String name = place.getValue();
                object.remove(name);
            } else if (random.nextInt(12) == 0) {
                return root.toString()
                        .replaceFirst(
                                "\"" + place.getValue() + "\":",
                                "\"" + place.getValue() + "\":1,\"" + place.getValue() + "\":");
            } else {
                object.set(place.getValue(), value);
            }
        } else if (place.getKey() instanceof ArrayNode array) {
            array.set(Integer.parseInt(place.getValue()), value);
        }
        return root.toString();
    }

    private static JsonNode value(Random random, JsonNode root) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(14)) {
            case 0 -> make.nullNode();
            case 1 -> make.textNode("");
            case 2 -> make.textNode("   ");
            case 3 -> make.textNode("x".repeat(1 + random.nextInt(100_000)));
            case 4 -> make.textNode("\u0000\n\"'{}[]: # & * ! %");
            case 5 -> make.numberNode(random.nextLong());
            case 6 -> make.numberNode(-1.5e300);
            case 7 -> make.booleanNode(random.nextBoolean());
            case 8 -> make.arrayNode().add(root.deepCopy());
            case 9 -> root.deepCopy();
            case 10 -> make.textNode("http://[::1");
            case 11 -> make.textNode("/backends/pool");
            case 12 -> nested(2 + random.nextInt(100));
            default -> make.textNode("\ud800 ☃ <a>&b;</a>");
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < depth; i++) {
            node = JsonNodeFactory.instance.arrayNode().add(node);
        }
        return node;
    }

    private static void collect(JsonNode node, List<Map.Entry<JsonNode, String>> places) {
        if (node instanceof ObjectNode object) {
            new TreeMap<String, JsonNode>(asMap(object)).forEach((name, child) -> {
                places.add(Map.entry(object, name));
                collect(child, places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                places.add(Map.entry(array, Integer.toString(i)));
                collect(array.get(i), places);
            }
        }
    }

    private static Map<String, JsonNode> asMap(ObjectNode object) {
        Map<String, JsonNode> map = new TreeMap<>();
        object.properties().forEach(each -> map.put(each.getKey(), each.getValue()));
        return map;
    }
}
