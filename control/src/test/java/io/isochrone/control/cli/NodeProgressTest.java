package io.isochrone.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NodeProgressTest {
    private static JsonNode node(String id, String state, boolean current) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("state", state)
                .put("current", current)
                .putNull("refusal");
    }

    @Test
    void saysNothingWithoutNodes() {
        assertThat(NodeProgress.words(List.of())).isEmpty();
        assertThat(NodeProgress.words(List.of(node("a", "lost", false)))).isEmpty();
    }

    @Test
    void leavesLostNodesOut() {
        assertThat(NodeProgress.words(List.of(node("a", "serving", true), node("b", "lost", false))))
                .isEqualTo("1 of 1 nodes have it");
    }

    @Test
    void namesSomeOfThoseThatAreBehind() {
        List<JsonNode> nodes = IntStream.range(0, 6)
                .mapToObj(i -> node("n" + i, "serving", i == 0))
                .toList();

        assertThat(NodeProgress.words(nodes)).isEqualTo("1 of 6 nodes have it, waiting for n1 n2 n3 n4 …");
    }

    @Test
    void saysWhyANodeRefuses() {
        JsonNode refusing = node("a", "serving", false).withObject("").put("refusal", "apis/echo: no backend");

        assertThat(NodeProgress.words(List.of(refusing, node("b", "serving", true))))
                .isEqualTo("1 of 2 nodes have it, a refuses: apis/echo: no backend");
    }
}
