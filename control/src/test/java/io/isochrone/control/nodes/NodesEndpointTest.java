package io.isochrone.control.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodesEndpointTest {
    private static final String ODD = "{}[]\",:0-eE.\\\u0000é";

    private long now = 1_000_000_000_000L;
    private final MemoryStore store = new MemoryStore(() -> now);
    private final Replica replica = new Replica("one", store, () -> now, 3);
    private final SimulatedNode node = new SimulatedNode("w1", "westeurope", "10.0.0.1:80");

    @BeforeEach
    void publish() {
        store.put(Stored.serviceKey(), Stored.service("westeurope"));
        replica.round();
    }

    private static Caller token(@Nullable String service, @Nullable String region) {
        return new Caller("t", Caller.Role.NODE, service, region);
    }

    private Reply poll(Caller caller, Map<String, String> query, String body) {
        return replica.ask(SimulatedNode.call("poll", query, body, caller)).join();
    }

    private Reply poll(Consumer<ObjectNode> wrong) {
        ObjectNode word = node.word();
        wrong.accept(word);
        return poll(token("contoso", null), Map.of(), word.toString());
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Test
    void aTokenHoldsForItsRegionOnly() {
        assertThat(poll(token("contoso", "westeurope"), Map.of(), node.word().toString())
                        .status())
                .isEqualTo(200);
        Reply refused = poll(token("contoso", "eastasia"), Map.of(), node.word().toString());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(text(refused)).contains("The token holds for gateways in eastasia, not for one in westeurope.");
        SimulatedNode router = new SimulatedNode("r1", null, "10.0.0.9:80");
        assertThat(poll(token("contoso", "westeurope"), Map.of(), router.word().toString())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aTokenHoldsForItsServiceOnly() {
        assertThat(poll(
                                token("contoso", null),
                                Map.of("service", "other"),
                                node.word().toString())
                        .status())
                .isEqualTo(403);
        assertThat(poll(
                                token("CONTOSO", null),
                                Map.of("service", "Contoso"),
                                node.word().toString())
                        .status())
                .isEqualTo(200);
        assertThat(poll(
                                token(null, null),
                                Map.of("service", "contoso"),
                                node.word().toString())
                        .status())
                .isEqualTo(200);
        Reply none = poll(token(null, null), Map.of(), node.word().toString());
        assertThat(none.status()).isEqualTo(400);
        assertThat(text(none)).contains("service: missing");
    }

    @Test
    void operatorsAreNoNodes() {
        Caller operator = new Caller("o", Caller.Role.OPERATOR, null, null);

        assertThat(poll(operator, Map.of("service", "contoso"), node.word().toString())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nodesSeeNoTableAndReadersOfOtherServicesNeither() {
        for (Caller caller : new Caller[] {token(null, null), new Caller("r", Caller.Role.READER, "other", null)}) {
            Call call = new Call(
                    "GET",
                    "/control/v1/nodes",
                    Map.of("service", "contoso"),
                    Map.of(),
                    new byte[0],
                    caller,
                    "https://x");
            assertThat(replica.operators
                            .answer(call)
                            .toCompletableFuture()
                            .join()
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void otherPathsAreNotThere() {
        Call call = SimulatedNode.call("else", Map.of(), node.word());

        assertThat(replica.ask(call).join().status()).isEqualTo(404);
    }

    @ParameterizedTest(name = "{0} = {1} is refused")
    @CsvSource({
        "node, a b, letters",
        "node, , text",
        "kind, proxy, gateway or router",
        "region, West Europe, canonical name",
        "region, , text",
        "address, nowhere, HOST:PORT",
        "address, 10.0.0.1:0, a port from 1",
        "software, , text",
        "state, asleep, 'starting, serving or draining'"
    })
    void wrongFieldsAreRefusedWithTheirPath(String field, @Nullable String value, String expected) {
        Reply reply = poll(word -> word.put(field, value));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(text(reply))
                .contains("body." + field + ": ")
                .contains("(expected: ")
                .contains(expected);
    }

    @Test
    void whatIsNoJsonOrTooLargeIsRefused() {
        assertThat(poll(token("contoso", null), Map.of(), "{").status()).isEqualTo(400);
        assertThat(poll(token("contoso", null), Map.of(), "[]").status()).isEqualTo(400);
        assertThat(poll(token("contoso", null), Map.of(), "{\"a\":1,\"a\":1}").status())
                .isEqualTo(400);
        assertThat(poll(token("contoso", null), Map.of(), " ".repeat(65 * 1024)).status())
                .isEqualTo(413);
        assertThat(poll(
                                token("contoso", null),
                                Map.of("wait", "-1"),
                                node.word().toString())
                        .status())
                .isEqualTo(400);
        assertThat(poll(word -> word.putObject("have").put("epoch", 0)).status())
                .isEqualTo(400);
    }

    @Test
    void fieldsOfNewerNodesArePassedOver() {
        assertThat(poll(word -> word.put("color", "blue")).status()).isEqualTo(200);
    }

    @Test
    void moreNodesThanAllowedAreRefusedWithAReasonAndKnownOnesGoOn() {
        replica.poll(node);
        replica.poll(new SimulatedNode("w2", "westeurope", "10.0.0.2:80"));
        replica.poll(new SimulatedNode("w3", "westeurope", "10.0.0.3:80"));

        Reply refused = replica.ask(new SimulatedNode("w4", "westeurope", "10.0.0.4:80").poll(0))
                .join();

        assertThat(refused.status()).isEqualTo(503);
        assertThat(text(refused)).contains("TooManyNodes").contains("at most 3");
        assertThat(replica.ask(node.poll(0)).join().status()).isEqualTo(204);
    }

    @Test
    void aNameIsNotTakenFromALivingNodeButFromALostOne() {
        replica.poll(node);
        SimulatedNode other = new SimulatedNode("w1", "westeurope", "10.0.0.2:80");

        assertThat(replica.ask(other.poll(0)).join().status()).isEqualTo(409);

        now += 10_000_000_000L;
        assertThat(replica.ask(other.poll(0)).join().status()).isEqualTo(200);
    }

    @Test
    void noneOf5000MutantsOfWhatNodesSayEscapesP16Seed42() {
        Random random = new Random(42);
        String good = text(new Reply(200, Map.of(), node.report().body()));
        for (int i = 0; i < 5_000; i++) {
            StringBuilder mutant = new StringBuilder(good);
            for (int j = 0; j <= random.nextInt(3); j++) {
                int at = random.nextInt(mutant.length());
                switch (random.nextInt(4)) {
                    case 0 -> mutant.deleteCharAt(at);
                    case 1 -> mutant.insert(at, ODD.charAt(random.nextInt(ODD.length())));
                    case 2 -> mutant.setCharAt(at, (char) (' ' + random.nextInt(95)));
                    default -> mutant.insert(at, mutant.substring(at, Math.min(mutant.length(), at + 20)));
                }
            }
            Reply reply = replica.ask(SimulatedNode.call("report", Map.of(), mutant.toString(), token("contoso", null)))
                    .join();

            assertThat(reply.status()).as(mutant.toString()).isIn(200, 400, 409, 503);
            if (reply.status() == 400) {
                assertThat(text(reply)).contains("body").contains("(expected: ");
            }
        }
    }
}
