package io.isochrone.control.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Caller.Role;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.SqliteStore;
import io.isochrone.control.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryEndpointTest {
    private static final Change.Audit ALICE = new Change.Audit("alice", "PUT");

    @TempDir
    Path folder;

    private Store store;
    private HistoryEndpoint endpoint;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder.resolve("data"));
        endpoint = endpoint(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, history, READER, 200", "GET, history, OPERATOR, 200", "GET, history, NODE, 403",
        "GET, export, READER, 403", "GET, export, OPERATOR, 200", "GET, export, NODE, 403",
        "POST, import, READER, 403", "POST, import, OPERATOR, 400", "POST, import, NODE, 403",
        "POST, rollback, READER, 403", "POST, rollback, OPERATOR, 400", "POST, rollback, NODE, 403",
        "POST, history, OPERATOR, 405", "GET, rollback, OPERATOR, 405", "GET, stranger, OPERATOR, 404"
    })
    void lets(String method, String what, Role role, int status) {
        assertThat(call(method, what, Map.of(), "", role).status()).isEqualTo(status);
    }

    @Test
    void tellsWhoDidWhatNewestFirstWithoutSecrets() throws Exception {
        long first = put("resources/a", "{\"a\":1}");
        long second = store.commit(Change.by(new Change.Audit("bob", "PUT /a"))
                .put("resources/a", "{\"a\":2}")
                .put("secrets/a", "v1.sealed")
                .put("tokens/x", "{\"hash\":\"h\"}")
                .delete("resources/none")
                .build());

        String text = ok("GET", "history", Map.of("values", "true"), "");

        JsonNode newest = json(text).path("value").path(0);
        assertThat(newest.path("revision").asLong()).isEqualTo(second);
        assertThat(newest.path("who").asText()).isEqualTo("bob");
        assertThat(newest.path("keys").toString())
                .isEqualTo(
                        "[{\"key\":\"resources/a\",\"change\":\"changed\",\"before\":\"{\\\"a\\\":1}\",\"after\":\"{\\\"a\\\":2}\"},"
                                + "{\"key\":\"secrets/a\",\"change\":\"created\"},{\"key\":\"tokens/x\",\"change\":\"created\"}]");
        assertThat(text).doesNotContain("sealed").doesNotContain("hash");
        assertThat(json(text).path("value").path(1).path("revision").asLong()).isEqualTo(first);
        assertThat(ok("GET", "history", Map.of(), "")).doesNotContain("before");
    }

    @Test
    void pagesThroughTheHistory() throws Exception {
        List<Long> revisions = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            revisions.add(0, put("resources/a", "{\"a\":" + i + "}"));
        }

        List<Long> paged = new ArrayList<>();
        String before = "0";
        while (!before.isEmpty()) {
            JsonNode page = json(ok("GET", "history", Map.of("top", "2", "before", before), ""));
            page.path("value").forEach(each -> paged.add(each.path("revision").asLong()));
            before = page.path("before").asText("");
        }

        assertThat(paged).isEqualTo(revisions);
    }

    @ParameterizedTest
    @CsvSource({"top, 0", "top, 101", "top, x", "before, -1", "before, 1.5"})
    void refusesNumbersOutOfRange(String name, String value) {
        Reply reply = call("GET", "history", Map.of(name, value), "", Role.READER);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(text(reply)).contains(name + ": " + value + " (expected: a number from ");
    }

    @Test
    void exportsAndImportsIntoAnEmptyStore() throws Exception {
        put("resources/a", "{\"name\":\"é\"}");
        store.commit(Change.by(null)
                .put("secrets/a", "v1.sealed")
                .put("tokens/x", "t")
                .put("nodes/n", "n")
                .build());
        String export = ok("GET", "export", Map.of(), "");
        assertThat(export).doesNotContain("tokens").doesNotContain("nodes");

        try (Store empty = SqliteStore.open(folder.resolve("other"))) {
            Reply reply = endpoint(empty)
                    .answer(new Call(
                            "POST",
                            "/control/v1/import",
                            Map.of(),
                            Map.of(),
                            bytes(export),
                            caller(Role.OPERATOR),
                            "x"))
                    .toCompletableFuture()
                    .join();

            assertThat(text(reply)).isEqualTo("{\"revision\":1,\"commits\":1,\"put\":2,\"deleted\":0}");
            assertThat(values(empty.list(""))).containsExactly("resources/a={\"name\":\"é\"}", "secrets/a=v1.sealed");
            assertThat(empty.history(0, 1).get(0).audit())
                    .isEqualTo(new Change.Audit("olga", "import of the export of revision 2"));
        }
    }

    @Test
    void replacesWhatIsThereOnlyWhenForced() throws Exception {
        put("resources/a", "{\"a\":1}");
        put("resources/b", "{\"b\":1}");
        String export = ok("GET", "export", Map.of(), "");
        put("resources/a", "{\"a\":2}");
        store.commit(Change.by(ALICE)
                .delete("resources/b")
                .put("resources/c", "{}")
                .put("tokens/x", "t")
                .build());
        Contents before = store.list("");

        Reply refused = call("POST", "import", Map.of(), export, Role.OPERATOR);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(text(refused)).contains("force: missing (expected: true, because 2 entries are there");
        assertThat(store.list("")).isEqualTo(before);

        ok("POST", "import", Map.of("force", "true"), export);
        assertThat(values(store.list("")))
                .containsExactly("resources/a={\"a\":1}", "resources/b={\"b\":1}", "tokens/x=t");
        assertThat(ok("POST", "import", Map.of("force", "true"), export)).contains("\"commits\":0");
    }

    @Test
    void importsWhatIsTooLargeForOneCommitInSteps() throws Exception {
        for (int i = 0; i < 5; i++) {
            Change.Builder change = Change.by(ALICE);
            for (int j = 0; j < 50; j++) {
                change.put("resources/" + i + "/" + j, "{\"text\":\"" + "x".repeat(5_000) + "\"}");
            }
            store.commit(change.build());
        }
        String export = ok("GET", "export", Map.of(), "");
        long revision = store.list("").revision();
        put("resources/stranger", "{}");
        for (int i = 0; i < 5; i++) {
            Change.Builder change = Change.by(ALICE);
            for (int j = 0; j < 50; j++) {
                change.delete("resources/" + i + "/" + j);
            }
            store.commit(change.build());
        }

        JsonNode done = json(ok("POST", "import", Map.of("force", "true"), export));

        assertThat(done.path("commits").asInt()).isEqualTo(3);
        assertThat(done.path("put").asInt()).isEqualTo(250);
        assertThat(done.path("deleted").asInt()).isEqualTo(1);
        assertThat(store.list("").entries()).hasSize(250);
        assertThat(store.history(0, 1).get(0).audit().what())
                .isEqualTo("import of the export of revision " + revision + ", step 3 of 3");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void refusesADamagedExportWhole(long seed) throws Exception {
        put("resources/a", "{\"a\":1}");
        put("secrets/a", "v1.sealed");
        String export = ok("GET", "export", Map.of(), "");
        Contents before = store.list("");
        SplittableRandom random = new SplittableRandom(seed);

        for (int i = 0; i < 100; i++) {
            String damaged = export.substring(0, random.nextInt(export.length()));
            if (i % 2 == 0) {
                int at = random.nextInt(export.indexOf("\"checksum\""), export.length());
                damaged = export.substring(0, at) + (char) (export.charAt(at) ^ 1) + export.substring(at + 1);
            }
            Reply reply = call("POST", "import", Map.of("force", "true"), damaged, Role.OPERATOR);
            assertThat(reply.status()).as(damaged).isEqualTo(400);
        }

        assertThat(store.list("")).isEqualTo(before);
    }

    @Test
    void refusesWhatIsNoExportOfItsOwn() throws Exception {
        put("resources/a", "{\"a\":1}");
        ObjectNode export = (ObjectNode) json(ok("GET", "export", Map.of(), ""));

        refused("[]", "kind: ");
        refused(export.deepCopy().put("kind", "other").toString(), "kind: \\\"other\\\" (expected: ");
        refused(export.deepCopy().put("format", 2).toString(), "format: 2 (expected: 1");
        ObjectNode foreign = export.deepCopy();
        ((ObjectNode) foreign.path("entries")).put("tokens/x", "t");
        refused(foreign.toString(), "entries: tokens/x (expected: texts below resources/ and secrets/)");
        refused(export + " {}", "not JSON");
        refused(new ExportDocument(1, Instant.EPOCH, Map.of("resources/a", "text")).json(), "expected: a JSON object");
        refused(
                new ExportDocument(1, Instant.EPOCH, Map.of("resources/A", "{}")).json(),
                "key: resources/A (expected: lower case)");
    }

    @Test
    void rollsBackByOneAuditedCommit() throws Exception {
        put("resources/a", "{\"a\":1}");
        long to = put("resources/b", "{\"b\":1}");
        put("resources/a", "{\"a\":2}");
        store.commit(Change.by(ALICE)
                .put("resources/a", "{\"a\":3}")
                .delete("resources/b")
                .put("resources/c", "{}")
                .put("secrets/c", "v1.x")
                .put("tokens/x", "t")
                .build());

        String done = ok("POST", "rollback", Map.of("to", "" + to), "");

        assertThat(done).isEqualTo("{\"revision\":5,\"commits\":1,\"put\":2,\"deleted\":2}");
        assertThat(values(store.list("")))
                .containsExactly("resources/a={\"a\":1}", "resources/b={\"b\":1}", "tokens/x=t");
        assertThat(store.history(0, 1).get(0).audit()).isEqualTo(new Change.Audit("olga", "rollback to revision 2"));
        assertThat(ok("POST", "rollback", Map.of("to", "" + to), "")).contains("\"commits\":0");
        ok("POST", "rollback", Map.of("to", "4"), "");
        assertThat(values(store.list("")))
                .containsExactly("resources/a={\"a\":3}", "resources/c={}", "secrets/c=v1.x", "tokens/x=t");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void rollsBackToEveryRevisionOfARandomHistory(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<String>> states = new ArrayList<>();
        states.add(List.of());
        for (int i = 0; i < 40; i++) {
            Change.Builder change = Change.by(ALICE);
            for (int key = 0; key < 6; key++) {
                switch (random.nextInt(4)) {
                    case 0 -> change.put("resources/" + key, "{\"n\":" + random.nextInt(3) + "}");
                    case 1 -> change.delete("resources/" + key);
                    default -> {}
                }
            }
            store.commit(change.build());
            states.add(values(store.list("resources/")));
        }

        for (int i = 0; i < 30; i++) {
            int to = random.nextInt(1, states.size());
            JsonNode done = json(ok("POST", "rollback", Map.of("to", "" + to), ""));
            assertThat(values(store.list("resources/"))).isEqualTo(states.get(to));
            if (done.path("commits").asInt() == 1) {
                states.add(states.get(to));
            }
        }
    }

    @Test
    void refusesARollbackThatIsTooLargeAndSaysHowToGo() throws Exception {
        put("resources/first", "{}");
        for (int i = 0; i < 4; i++) {
            Change.Builder change = Change.by(ALICE);
            for (int j = 0; j < 50; j++) {
                change.put("resources/" + i + "/" + j, "{}");
            }
            store.commit(change.build());
        }

        Reply reply = call("POST", "rollback", Map.of("to", "1"), "", Role.OPERATOR);

        assertThat(reply.status()).isEqualTo(409);
        assertThat(text(reply))
                .contains("to: 1 changes 200 keys (expected: at most 120")
                .contains("go in steps, first to 3)");
        ok("POST", "rollback", Map.of("to", "3"), "");
        ok("POST", "rollback", Map.of("to", "1"), "");
        assertThat(values(store.list(""))).containsExactly("resources/first={}");
    }

    @Test
    void refusesARollbackBeyondWhatIsKnown() {
        Reply empty = call("POST", "rollback", Map.of("to", "1"), "", Role.OPERATOR);
        store.commit(Change.by(null).put("nodes/n", "n").build());
        put("resources/a", "{}");
        Reply early = call("POST", "rollback", Map.of("to", "1"), "", Role.OPERATOR);
        Reply late = call("POST", "rollback", Map.of("to", "3"), "", Role.OPERATOR);

        assertThat(empty.status()).isEqualTo(400);
        assertThat(early.status()).isEqualTo(409);
        assertThat(text(early)).contains("to: 1 (expected: at least 2, the oldest change kept)");
        assertThat(late.status()).isEqualTo(400);
        assertThat(text(late)).contains("to: 3 (expected: at most 2, the newest revision)");
    }

    @Test
    void saysWhenTheStoreIsAway() {
        store.close();

        Reply reply = call("GET", "export", Map.of(), "", Role.OPERATOR);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(text(reply)).contains("store: closed");
    }

    private long put(String key, String value) {
        return store.commit(Change.by(ALICE).put(key, value).build());
    }

    private void refused(String body, String message) {
        Contents before = store.list("");
        Reply reply = call("POST", "import", Map.of("force", "true"), body, Role.OPERATOR);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(text(reply)).contains(message);
        assertThat(store.list("")).isEqualTo(before);
    }

    private String ok(String method, String what, Map<String, String> query, String body) {
        Reply reply = call(method, what, query, body, Role.OPERATOR);
        assertThat(reply.status()).as(text(reply)).isEqualTo(200);
        return text(reply);
    }

    private Reply call(String method, String what, Map<String, String> query, String body, Role role) {
        return endpoint.answer(new Call(
                        method, "/control/v1/" + what, query, Map.of(), bytes(body), caller(role), "https://localhost"))
                .toCompletableFuture()
                .join();
    }

    private static HistoryEndpoint endpoint(Store store) {
        return new HistoryEndpoint(store, InstantSource.fixed(Instant.parse("2026-11-25T18:00:00Z")));
    }

    private static Caller caller(Role role) {
        return new Caller("olga", role, null, null);
    }

    private static List<String> values(Contents contents) {
        return contents.entries().stream()
                .map((Entry each) -> each.key() + "=" + each.value())
                .toList();
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
