package io.isochrone.control.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PagesTest {
    private static final List<ObjectNode> SEVEN = IntStream.range(0, 7)
            .mapToObj(i -> JsonNodeFactory.instance.objectNode().put("i", i))
            .toList();

    private static Call call(Map<String, String> query) {
        return new Call(
                "GET",
                "/a b/c",
                query,
                Map.of(),
                new byte[0],
                new Caller("t", Caller.Role.READER, null, null),
                "https://localhost:8443");
    }

    private static JsonNode page(Map<String, String> query) {
        return Json.stored(new String(Pages.of(call(query), SEVEN).body(), StandardCharsets.UTF_8));
    }

    @Test
    void aNextLinkIsAbsoluteAndLeadsToTheRest() {
        JsonNode first = page(Map.of("api-version", "2024-05-01", "$top", "5", "$filter", "a eq 'b&c'"));

        assertThat(first.path("value")).hasSize(5);
        assertThat(first.path("count").asInt()).isEqualTo(7);
        assertThat(first.path("nextLink").asText())
                .isEqualTo("https://localhost:8443/a%20b/c?$filter=a%20eq%20%27b%26c%27&$skip=5&$top=5"
                        + "&api-version=2024-05-01");
        JsonNode second = page(Map.of("$top", "5", "$skip", "5"));
        assertThat(second.path("value")).hasSize(2);
        assertThat(second.has("nextLink")).isFalse();
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThatThrownBy(() -> page(Map.of("$top", "0"))).isInstanceOf(ArmException.class);
        assertThatThrownBy(() -> page(Map.of("$skip", "-1"))).isInstanceOf(ArmException.class);
        assertThatThrownBy(() -> page(Map.of("$skip", "99999999999"))).isInstanceOf(ArmException.class);
    }
}
