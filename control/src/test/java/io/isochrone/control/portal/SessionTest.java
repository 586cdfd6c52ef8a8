package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final String COOKIE = "other=1; __Host-isochrone=abc.def-123; more=2";

    @Test
    void thePagesOwnRequestsCarryTheToken() {
        assertThat(Session.token("GET", Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin")))
                .isEqualTo("abc.def-123");
        assertThat(Session.token(
                        "PATCH", Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin", Session.HEADER, "1")))
                .isEqualTo("abc.def-123");
    }

    @Test
    void whatOtherSitesOrPortsMakeTheBrowserSendHasNoToken() {
        for (String site : new String[] {"cross-site", "same-site", "none", ""}) {
            assertThat(Session.token("GET", Map.of("cookie", COOKIE, "sec-fetch-site", site, Session.HEADER, "1")))
                    .as(site)
                    .isNull();
        }
        assertThat(Session.token("GET", Map.of("cookie", COOKIE))).isNull();
    }

    @Test
    void changesNeedTheHeaderThatNoFormCanSend() {
        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
            assertThat(Session.token(method, Map.of("cookie", COOKIE, "sec-fetch-site", "same-origin")))
                    .as(method)
                    .isNull();
        }
    }

    @Test
    void aCookieThatIsNoTokenCountsForNothing() {
        for (String value : new String[] {"", "a b", "a\"b", "é", "x".repeat(2049)}) {
            assertThat(Session.token(
                            "GET", Map.of("cookie", "__Host-isochrone=" + value, "sec-fetch-site", "same-origin")))
                    .as(value)
                    .isNull();
        }
        assertThat(Session.token("GET", Map.of("sec-fetch-site", "same-origin")))
                .isNull();
    }

    @Test
    void theCookieIsForThisOriginAndNoScript() {
        assertThat(Session.begin("abc"))
                .isEqualTo("__Host-isochrone=abc; Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict");
        assertThat(Session.end()).startsWith("__Host-isochrone=;").contains("Max-Age=0");
    }
}
