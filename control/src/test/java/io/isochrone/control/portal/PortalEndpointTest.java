package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PortalEndpointTest {
    private static final Map<String, String> OWN = Map.of("sec-fetch-site", "same-origin", Session.HEADER, "1");
    private static final Map<String, Caller> TOKENS = Map.of(
            "good", new Caller("ada", Caller.Role.OPERATOR, "contoso", null),
            "node", new Caller("n", Caller.Role.NODE, null, null));

    private final PortalEndpoint portal = new PortalEndpoint(TOKENS::get);

    private Reply get(String path) {
        return portal.answer("GET", path, Map.of(), new byte[0]);
    }

    private Reply post(Map<String, String> headers, String body) {
        return portal.answer("POST", "/portal/session", headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Test
    void everythingThatThePageNamesIsThere() {
        Pattern names = Pattern.compile("(?:href|src)=\"([^\"#/]+)\"|from '\\./([^']+)'|fetch\\('([^'/]+)'\\)");
        for (String file :
                new String[] {"", "app.js", "map.js", "dialogs.js", "locations.js", "status.js", "menu.js"}) {
            Matcher matcher = names.matcher(text(get("/portal/" + file)));
            while (matcher.find()) {
                for (int i = 1; i <= 3; i++) {
                    if (matcher.group(i) != null) {
                        assertThat(get("/portal/" + matcher.group(i)).status())
                                .as(matcher.group(i))
                                .isEqualTo(200);
                    }
                }
            }
        }
    }

    @Test
    void eachAnswerForbidsForeignContent() {
        for (String path :
                new String[] {"/portal/", "/portal/app.js", "/portal/nothing", "/portal", "/portal/session"}) {
            assertThat(get(path).headers())
                    .as(path)
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .hasEntrySatisfying(
                            "Content-Security-Policy",
                            policy -> assertThat(policy)
                                    .startsWith("default-src 'self';")
                                    .contains("frame-ancestors 'none'")
                                    .doesNotContain("unsafe"));
        }
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() {
        Reply first = get("/portal/style.css");
        String tag = Objects.requireNonNull(first.headers().get("ETag"));

        Reply again = portal.answer("GET", "/portal/style.css", Map.of("if-none-match", tag), new byte[0]);
        Reply other = portal.answer("GET", "/portal/style.css", Map.of("if-none-match", "\"old\""), new byte[0]);

        assertThat(first.headers())
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("Content-Type", "text/css; charset=utf-8");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers()).containsEntry("ETag", tag);
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void onlyItsOwnFilesAreServed() {
        for (String path : new String[] {
            "/portal/../http/Reply.class", "/portal/PortalView.class", "/portal/a/b", "/portal/ ", "/x"
        }) {
            assertThat(get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(portal.answer("POST", "/portal/app.js", OWN, new byte[0]).status())
                .isEqualTo(405);
        assertThat(portal.answer("HEAD", "/portal/app.js", Map.of(), new byte[0])
                        .body())
                .isEmpty();
        assertThat(get("/portal").headers()).containsEntry("Location", "/portal/");
    }

    @Test
    void aGoodTokenSignsInAndTheCookieSaysWhoThatIs() {
        Reply in = post(OWN, "{\"token\":\"good\"}");
        Map<String, String> headers = new HashMap<>(OWN);
        headers.put("cookie", "__Host-isochrone=good");

        assertThat(in.status()).isEqualTo(200);
        assertThat(in.headers())
                .hasEntrySatisfying("Set-Cookie", cookie -> assertThat(cookie).startsWith("__Host-isochrone=good;"));
        assertThat(in.headers()).containsEntry("Cache-Control", "no-store");
        Reply who = portal.answer("GET", "/portal/session", headers, new byte[0]);
        assertThat(text(who)).isEqualTo("{\"name\":\"ada\",\"role\":\"operator\",\"service\":\"contoso\"}");
        assertThat(get("/portal/session").status()).isEqualTo(204);
    }

    @Test
    void badTokensAndNodesAreToldSoAndGetNoCookie() {
        String[] bodies = {
            "{\"token\":\"bad\"}",
            "{\"token\":\"a; Path=/\"}",
            "{\"token\":7}",
            "{}",
            "",
            "{\"token\":",
            "x".repeat(5000)
        };
        for (String body : bodies) {
            Reply reply = post(OWN, body);
            assertThat(reply.status()).as(body).isEqualTo(401);
            assertThat(reply.headers()).doesNotContainKey("Set-Cookie");
        }
        assertThat(post(OWN, "{\"token\":\"node\"}").status()).isEqualTo(403);
    }

    @Test
    void otherSitesCanNeitherSignInNorOut() {
        assertThat(post(Map.of("sec-fetch-site", "cross-site", Session.HEADER, "1"), "{\"token\":\"good\"}")
                        .status())
                .isEqualTo(403);
        assertThat(post(Map.of("sec-fetch-site", "same-origin"), "{\"token\":\"good\"}")
                        .status())
                .isEqualTo(403);
        assertThat(portal.answer("DELETE", "/portal/session", Map.of("sec-fetch-site", "same-site"), new byte[0])
                        .status())
                .isEqualTo(403);
        Reply out = portal.answer("DELETE", "/portal/session", OWN, new byte[0]);
        assertThat(out.headers().get("Set-Cookie")).contains("Max-Age=0");
    }
}
