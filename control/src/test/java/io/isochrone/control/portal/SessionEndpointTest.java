package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.http.Session;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionEndpointTest {
    private static final Map<String, String> OWN = Map.of("sec-fetch-site", "same-origin", Session.HEADER, "1");
    private static final Caller ADA = new Caller("ada", Caller.Role.OPERATOR, "contoso", null);

    private static Reply ask(String method, Map<String, String> headers, Caller caller) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("authorization", "Bearer good");
        Call call = new Call(method, "/portal/session", Map.of(), all, new byte[0], caller, "https://localhost");
        return new SessionEndpoint().answer(call).toCompletableFuture().join();
    }

    @Test
    void aGoodTokenBeginsASession() {
        Reply reply = ask("POST", OWN, ADA);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers().get("Set-Cookie")).startsWith("__Host-isochrone=good;");
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"ada\",\"role\":\"operator\",\"service\":\"contoso\"}");
    }

    @Test
    void nodesCannotSignIn() {
        Reply reply = ask("POST", OWN, new Caller("n", Caller.Role.NODE, null, null));

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.headers()).doesNotContainKey("Set-Cookie");
    }

    @Test
    void otherSitesCanNeitherSignInNorOut() {
        for (Map<String, String> headers : List.of(
                Map.of("sec-fetch-site", "cross-site", Session.HEADER, "1"),
                Map.of("sec-fetch-site", "same-site", Session.HEADER, "1"),
                Map.of("sec-fetch-site", "same-origin"),
                Map.of(Session.HEADER, "1"))) {
            assertThat(ask("POST", headers, ADA).status()).isEqualTo(403);
            assertThat(ask("DELETE", headers, ADA).status()).isEqualTo(403);
        }
    }

    @Test
    void signingOutTakesTheCookieAway() {
        Reply reply = ask("DELETE", OWN, ADA);

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.headers().get("Set-Cookie")).contains("Max-Age=0");
    }

    @Test
    void otherMethodsAreRefused() {
        assertThat(ask("PUT", OWN, ADA).status()).isEqualTo(405);
        assertThat(ask("GET", Map.of(), ADA).status()).isEqualTo(200);
    }
}
