package io.isochrone.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class UrlsTest {
    @Test
    void pathsAreDecodedStrictly() {
        assertThat(Urls.path("/a/East%20Asia/x+y")).isEqualTo("/a/East Asia/x+y");
        assertThat(Urls.path("/%C3%A9")).isEqualTo("/é");
        for (String broken :
                new String[] {"/%", "/%4", "/%zz", "/%ff", "/%00", "x", "", "/a/../b", "/%2e%2e/b", "/é"}) {
            assertThat(Urls.path(broken)).as(broken).isNull();
        }
    }

    @Test
    void theFirstValueOfAParameterCounts() {
        assertThat(Urls.query("api-version=1&%24top=5&a=b+c&a=d&flag&=x"))
                .isEqualTo(Map.of("api-version", "1", "$top", "5", "a", "b c", "flag", ""));
        assertThat(Urls.query(null)).isEmpty();
        assertThat(Urls.query("a=%")).isNull();
    }

    @Test
    void aHostThatIsNoneIsNotPutIntoUrls() {
        assertThat(Urls.base("https", "localhost:8443", "x")).isEqualTo("https://localhost:8443");
        assertThat(Urls.base("https", "[::1]:1", "x")).isEqualTo("https://[::1]:1");
        assertThat(Urls.base("https", "a/b", "x:1")).isEqualTo("https://x:1");
        assertThat(Urls.base("https", null, "x:1")).isEqualTo("https://x:1");
    }

    @Test
    void theLongestPrefixOfWholeWordsAnswers() {
        Endpoint any = call -> CompletableFuture.completedFuture(Reply.of(200));
        List<Mount> mounts = List.of(Mount.of("/control/v1", any), Mount.of("/control/v1/tokens", any));

        assertThat(Mount.find(mounts, "/Control/v1/Tokens/x")).isSameAs(mounts.get(1));
        assertThat(Mount.find(mounts, "/control/v1/tokensx")).isSameAs(mounts.get(0));
        assertThat(Mount.find(mounts, "/controlx")).isNull();
        assertThat(Mount.find(List.of(Mount.open("/", any)), "/anything")).isNotNull();
    }
}
