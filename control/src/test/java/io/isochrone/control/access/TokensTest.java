package io.isochrone.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.control.http.Authenticator.Verdict;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Caller.Role;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.MemoryStore;
import io.isochrone.control.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokensTest {
    private static final Caller OPERATOR = new Caller("ops", Role.OPERATOR, null, null);

    private final MemoryStore store = new MemoryStore();
    private long nanos = 1;
    private final Tokens tokens =
            new Tokens(store, () -> Instant.parse("2026-11-25T00:00:00Z"), () -> nanos, (method, headers) -> null);

    private Verdict check(String text) {
        return tokens.check("Bearer " + text, "192.0.2.1");
    }

    private static int status(Verdict verdict) {
        return verdict.refusal() == null ? 200 : verdict.refusal().status();
    }

    @Test
    void aTokenTellsWhoCallsAndOnlyItsHashIsStored() {
        Caller node = new Caller("n", Role.NODE, "apim1", "westeurope");
        Token.Issued issued = tokens.create(node, "ops");

        assertThat(check(issued.text()).caller()).isEqualTo(node);
        String stored = store.list("").entries().toString();
        assertThat(stored).doesNotContain(issued.text().substring(issued.text().lastIndexOf('_') + 1));
        assertThat(issued.toString()).doesNotContain(issued.text());
        assertThat(issued.token()).isEqualTo(Token.read(issued.token().write()));
        assertThat(store.history(0, 1).get(0).audit().who()).isEqualTo("ops");
    }

    @Test
    void whatIsNotTheTokenIsRefused() {
        String text = tokens.create(OPERATOR, "t").text();

        assertThat(status(check(text.substring(0, text.length() - 1) + (text.endsWith("A") ? 'B' : 'A'))))
                .isEqualTo(401);
        assertThat(status(check("isochrone_0000_" + "x".repeat(43)))).isEqualTo(401);
        assertThat(status(check(""))).isEqualTo(401);
        assertThat(status(tokens.check("Basic " + text, "192.0.2.1"))).isEqualTo(401);
        Verdict none = tokens.check(null, "192.0.2.1");
        assertThat(status(none)).isEqualTo(401);
        assertThat(Objects.requireNonNull(none.refusal()).headers()).containsKey("WWW-Authenticate");
        assertThat(status(tokens.check("bearer " + text, "192.0.2.1"))).isEqualTo(200);
    }

    @Test
    void aTokenTakenBackIsRefusedAtOnce() {
        Token.Issued issued = tokens.create(OPERATOR, "t");
        assertThat(status(check(issued.text()))).isEqualTo(200);

        assertThat(tokens.revoke(issued.token().id(), "t")).isTrue();

        assertThat(status(check(issued.text()))).isEqualTo(401);
        assertThat(tokens.revoke(issued.token().id(), "t")).isFalse();
    }

    @Test
    void aTokenTakenBackByAnotherReplicaIsRefusedOnceTheStoreTells() {
        Tokens other = new Tokens(store, Instant::now, () -> nanos, (method, headers) -> null);
        Token.Issued issued = tokens.create(OPERATOR, "t");
        assertThat(status(check(issued.text()))).isEqualTo(200);

        other.revoke(issued.token().id(), "t");

        assertThat(status(check(issued.text()))).isEqualTo(401);
    }

    @Test
    void aKnownTokenIsGoodWhileTheStoreIsAwayAndAnUnknownOneCannotBeToldThen() {
        String known = tokens.create(OPERATOR, "t").text();
        String unknown = tokens.create(OPERATOR, "t").text();
        assertThat(status(check(known))).isEqualTo(200);

        store.breakDown(true);

        assertThat(status(check(known))).isEqualTo(200);
        assertThatThrownBy(() -> check(unknown)).isInstanceOf(StoreException.class);
    }

    @Test
    void anAddressThatGuessesWaitsAndItsNeighboursGoodTokensPass() {
        String text = tokens.create(OPERATOR, "t").text();
        assertThat(status(check(text))).isEqualTo(200);
        for (int i = 0; i < FailureLimit.FREE; i++) {
            assertThat(status(check("guess"))).isEqualTo(401);
        }

        Reply refused = Objects.requireNonNull(check("guess").refusal());
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("Retry-After", "61");
        assertThat(status(check(text))).isEqualTo(200);
        assertThat(status(tokens.check("Bearer guess", "192.0.2.2"))).isEqualTo(401);

        nanos += TimeUnit.SECONDS.toNanos(60);
        assertThat(status(check("guess"))).isEqualTo(401);
    }

    @Test
    void whatIsRememberedOfGuessesIsBounded() {
        FailureLimit limit = new FailureLimit();

        for (int i = 0; i < 3 * FailureLimit.MOST; i++) {
            limit.failed("10.0." + (i >> 8) + "." + (i & 255), 1);
        }

        assertThat(limit.size()).isEqualTo(FailureLimit.MOST);
    }

    @Test
    void anIpv6ClientIsItsNetworkOf64Bits() {
        FailureLimit limit = new FailureLimit();
        for (int i = 0; i < FailureLimit.FREE; i++) {
            limit.failed("2001:db8:0:1:0:0:0:" + i, 1);
        }

        assertThat(limit.waitSeconds("2001:db8:0:1:9:9:9:9", 2)).isPositive();
        assertThat(limit.waitSeconds("2001:db8:0:2:9:9:9:9", 2)).isZero();
    }

    @Test
    void theFirstStartWritesAnOperatorsTokenThatOnlyItsOwnerMayRead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("operator-token");

        assertThat(tokens.first(file)).isTrue();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Objects.requireNonNull(check(Files.readString(file).strip()).caller())
                        .role())
                .isEqualTo(Role.OPERATOR);
        assertThat(tokens.first(file)).isFalse();
    }

    private Reply rest(String method, String path, String body, Role role) {
        Call call = new Call(
                method,
                path,
                Map.of(),
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8),
                new Caller("c", role, null, null),
                "https://localhost");
        return new TokensEndpoint(tokens).answer(call).toCompletableFuture().join();
    }

    @Test
    void tokensAreMadeListedAndTakenBackByOperators() {
        Reply made = rest(
                "POST",
                "/control/v1/tokens",
                "{\"name\":\"n1\",\"role\":\"node\",\"service\":\"Apim1\",\"region\":\"West Europe\"}",
                Role.OPERATOR);

        assertThat(made.status()).isEqualTo(201);
        String text = new String(made.body(), StandardCharsets.UTF_8).replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
        assertThat(check(text).caller()).isEqualTo(new Caller("n1", Role.NODE, "apim1", "westeurope"));
        Reply list = rest("GET", "/control/v1/tokens", "", Role.READER);
        assertThat(new String(list.body(), StandardCharsets.UTF_8))
                .contains("\"name\":\"n1\"")
                .doesNotContain("hash")
                .doesNotContain(text);
        String id = text.split("_")[1];
        assertThat(rest("DELETE", "/control/v1/tokens/" + id, "", Role.READER).status())
                .isEqualTo(403);
        assertThat(rest("DELETE", "/control/v1/tokens/" + id, "", Role.OPERATOR).status())
                .isEqualTo(204);
        assertThat(status(check(text))).isEqualTo(401);
        assertThat(rest("GET", "/control/v1/tokens", "", Role.NODE).status()).isEqualTo(403);
        assertThat(rest("PUT", "/control/v1/tokens", "", Role.OPERATOR).status())
                .isEqualTo(405);
    }

    @Test
    void theLastOperatorsTokenStays() {
        Token.Issued only = tokens.create(OPERATOR, "t");
        String path = "/control/v1/tokens/" + only.token().id();

        assertThat(rest("DELETE", path, "", Role.OPERATOR).status()).isEqualTo(409);
        tokens.create(OPERATOR, "t");
        assertThat(rest("DELETE", path, "", Role.OPERATOR).status()).isEqualTo(204);
    }

    @Test
    void aTokenThatMakesNoSenseIsNotMade() {
        for (String body : new String[] {
            "{\"name\":\"n\",\"role\":\"node\"}",
            "{\"name\":\"n\",\"role\":\"king\"}",
            "{\"name\":\"\",\"role\":\"reader\"}",
            "{\"name\":\"n\",\"role\":\"reader\",\"region\":\"eastus\"}",
            "{\"name\":\"n\",\"role\":\"node\",\"service\":\"-\"}",
            "nonsense"
        }) {
            assertThat(rest("POST", "/control/v1/tokens", body, Role.OPERATOR).status())
                    .as(body)
                    .isEqualTo(400);
        }
    }
}
