package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PortalEndpointTest {
    private final PortalEndpoint portal = new PortalEndpoint();

    private Reply ask(String method, String path, Map<String, String> headers) {
        return portal.answer(
                        new Call(method, path, Map.of(), headers, new byte[0], Caller.ANONYMOUS, "https://localhost"))
                .toCompletableFuture()
                .join();
    }

    private Reply get(String path) {
        return ask("GET", path, Map.of());
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
        for (String path : new String[] {"/portal/", "/portal/app.js", "/portal/nothing", "/portal"}) {
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

        Reply again = ask("GET", "/portal/style.css", Map.of("if-none-match", tag));
        Reply other = ask("GET", "/portal/style.css", Map.of("if-none-match", "\"old\""));

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
        assertThat(ask("POST", "/portal/app.js", Map.of()).status()).isEqualTo(405);
        assertThat(ask("HEAD", "/portal/app.js", Map.of()).body()).isEmpty();
        assertThat(get("/portal").headers()).containsEntry("Location", "/portal/");
    }
}
