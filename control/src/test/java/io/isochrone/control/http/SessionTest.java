package io.isochrone.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final String COOKIE = "other=1; __Host-isochrone=abc.def-123; more=2";

    @Test
    void thePagesOwnRequestsCarryTheToken() {
        assertThat(Session.authorization("GET", Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin")))
                .isEqualTo("Bearer abc.def-123");
        assertThat(Session.authorization(
                        "PATCH", Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin", Session.HEADER, "1")))
                .isEqualTo("Bearer abc.def-123");
    }

    @Test
    void anAuthorizationHeaderGoesBeforeTheCookieAndNeedsNoBrowser() {
        assertThat(Session.authorization("PATCH", Map.of("authorization", "Bearer x", "cookie", COOKIE)))
                .isEqualTo("Bearer x");
    }

    @Test
    void whatOtherSitesOrPortsMakeTheBrowserSendHasNoToken() {
        for (String site : new String[] {"cross-site", "same-site", "none", ""}) {
            assertThat(Session.authorization(
                            "GET", Map.of("cookie", COOKIE, "sec-fetch-site", site, Session.HEADER, "1")))
                    .as(site)
                    .isNull();
        }
        assertThat(Session.authorization("GET", Map.of("cookie", COOKIE))).isNull();
    }

    @Test
    void changesNeedTheHeaderThatNoFormCanSend() {
        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
            assertThat(Session.authorization(method, Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin")))
                    .as(method)
                    .isNull();
        }
    }

    @Test
    void aCookieThatIsNoTokenCountsForNothing() {
        for (String value : new String[] {"", "a b", "a\"b", "é", "x".repeat(2049)}) {
            assertThat(Session.authorization(
                            "GET", Map.of("cookie", "__Host-isochrone=" + value, "sec-fetch-site", "same-origin")))
                    .as(value)
                    .isNull();
        }
        assertThat(Session.authorization("GET", Map.of("sec-fetch-site", "same-origin")))
                .isNull();
    }

    @Test
    void theCookieIsForThisOriginAndNoScript() {
        assertThat(Session.begin("Bearer abc"))
                .isEqualTo("__Host-isochrone=abc; Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict");
        assertThat(Session.begin("Bearer a; Domain=example.test")).isNull();
        assertThat(Session.begin("")).isNull();
        assertThat(Session.end()).startsWith("__Host-isochrone=;").contains("Max-Age=0");
    }
}
