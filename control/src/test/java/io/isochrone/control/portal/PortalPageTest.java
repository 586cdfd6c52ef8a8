package io.isochrone.control.portal;

import static io.isochrone.control.portal.ScriptedFleet.gateway;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Tier;
import io.isochrone.control.nodes.NodeView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

class PortalPageTest extends PortalPage {
    @Test
    void signsInWithATokenThatNoScriptCanReadAndOutAgain() {
        browser.driver.get(server.url());
        browser.see("#token").sendKeys("wrong", Keys.ENTER);
        browser.awaitText(".problem", "This token is not known here");
        browser.see("#token").sendKeys(PortalServer.NODE, Keys.ENTER);
        browser.awaitText(".problem", "token of a node");

        browser.see("#token").sendKeys(PortalServer.OPERATOR, Keys.ENTER);
        browser.awaitText("h1", "contoso");

        assertThat(browser.script(
                                "return document.cookie + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
                        .toString())
                .doesNotContain(PortalServer.OPERATOR);
        browser.driver.navigate().refresh();
        browser.awaitText("h1", "contoso");
        find(".account button").click();
        browser.see("#token");
        browser.driver.navigate().refresh();
        browser.see("#token");
    }

    @Test
    void showsEachLocationAndWhomItServes() {
        fleet.put(ScriptedFleet.refusing(gateway("eastasia", 5, NodeView.State.SERVING, 16, 0), "apis/echo: broken"));
        signIn(PortalServer.OPERATOR);

        browser.awaitText(".facts", "Premium · 2 locations · 3 units · 700 requests/s");
        browser.awaitText("tr.row.healthy", "Primary");
        browser.awaitText("tr.row.degraded", "1 refused the last configuration");
        browser.awaitText(".chip", "West Europe");
        browser.await("dots in two colours", () -> browser.visible(".dots .c0") && browser.visible(".dots .c1"));
        browser.await(
                "two markers",
                () -> browser.script("return document.querySelectorAll('.marker .disc').length")
                        .equals(2L));
        find("button[aria-label='2 nodes in East Asia, 2 serving']").click();
        browser.awaitText(".node-list .refusal", "Refused: apis/echo: broken");
        browser.awaitText(".node-list .version", "version 1.16, older");
    }

    @Test
    void changesArriveWithoutReloading() {
        signIn(PortalServer.OPERATOR);
        browser.script("window.stays = true");

        fleet.put(gateway("westeurope", 4, NodeView.State.SERVING, 17, 777));
        browser.awaitText(".rate", "777/s");
        fleet.put(gateway("eastasia", 4, NodeView.State.LOST, 17, 0));
        browser.awaitText("tr.row.down", "East Asia");
        fleet.map = PortalPictures.nearest(List.of("westeurope"));
        browser.awaitText(".chip", "100 %");

        assertThat(browser.script("return window.stays")).isEqualTo(true);
    }

    @Test
    void storeTroubleIsToldWithItsReason() {
        signIn(PortalServer.OPERATOR);

        service.breakDown("etcd: no quorum");
        browser.awaitText(".banner.stale", "cannot read its store: etcd: no quorum");
        service.breakDown(null);

        browser.await("no banner", () -> !browser.visible(".banner.stale"));
    }

    @Test
    void withoutRoutersTheMapSaysSo() {
        fleet.map = List.of();
        signIn(PortalServer.OPERATOR);

        browser.awaitText(".map-note", "No router has reported yet");
    }

    @Test
    void saysThatItsFeedIsLostAndComesBackByItself() {
        signIn(PortalServer.OPERATOR);
        browser.awaitText(".pill", "Live");

        server.feeding = false;
        server.cut();
        browser.awaitText(".banner.stale", "regions go on serving");
        browser.awaitText(".pill", "Reconnecting");
        fleet.put(gateway("westeurope", 4, NodeView.State.SERVING, 17, 555));
        server.feeding = true;

        browser.awaitText(".pill", "Live");
        browser.awaitText(".rate", "555/s");
        browser.await("no banner", () -> !browser.visible(".banner.stale"));
    }

    @Test
    void takesSilenceForALostFeed() {
        browser.driver.get(server.url());
        browser.script(
                "const now = Date.now; let ahead = 0; Date.now = () => now() + ahead; window.skip = (ms) => { ahead += ms; };");
        browser.see("#token").sendKeys(PortalServer.OPERATOR, Keys.ENTER);
        browser.awaitText(".pill", "Live");

        server.silent = true;
        server.feeding = false;
        browser.script("skip(13000)");
        browser.see(".banner.stale");
    }

    @Test
    void asksToSignInAgainWhenTheTokenIsWithdrawn() {
        signIn(PortalServer.OPERATOR);

        server.revoke(true);

        browser.awaitText(".problem", "You were signed out");
    }

    @Test
    void aDeletedServiceLeavesThePageEmpty() {
        signIn(PortalServer.OPERATOR);

        service.delete();

        browser.awaitText("h1", "There is no service yet");
    }

    @Test
    void fitsAScreenOf320Pixels() {
        browser.screen(320, 640);
        service.having("Australia Southeast", 12).having("Germany West Central", 3);
        fleet.put(ScriptedFleet.refusing(
                gateway("eastasia", 5, NodeView.State.SERVING, 16, 0),
                "a-very-long-name-without-any-blank-that-could-be-broken-somewhere-in-between: no"));
        signIn(PortalServer.OPERATOR);
        fits("page");
        find("button[aria-label='2 nodes in East Asia, 2 serving']").click();
        fits("nodes");
        item("East Asia", "Remove");
        fits("menu");
        browser.press(Keys.END, Keys.ENTER);
        browser.see("dialog");
        fits("dialog");
        assertThat(
                        browser.script(
                                "const d = document.querySelector('dialog').getBoundingClientRect(); return d.left >= 0 && d.right <= 320"))
                .isEqualTo(true);
    }

    private static void fits(String what) {
        assertThat(browser.script("return document.documentElement.scrollWidth"))
                .as(what)
                .isEqualTo(320L);
    }

    @Test
    void textIsReadableInLightAndDark() {
        fleet.put(gateway("eastasia", 5, NodeView.State.LOST, 16, 0));
        signIn(PortalServer.OPERATOR);
        for (String scheme : new String[] {"light", "dark"}) {
            browser.prefer(scheme, true);
            assertThat(browser.script(CONTRASTS)).as(scheme).isEqualTo(List.of());
        }
        assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(14, 19, 27)");
    }

    /** Lists texts whose contrast to the nearest background is below 4.5 to 1. */
    private static final String CONTRASTS = """
            const rgba = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
            const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
              .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
            const bad = [];
            for (const e of document.querySelectorAll('main *, header *')) {
              const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
              if (!own || e.closest('svg, .unseen') || !e.checkVisibility()) continue;
              let back = e;
              while (back && (rgba(getComputedStyle(back).backgroundColor)[3] === 0 || !getComputedStyle(back).backgroundColor.startsWith('rgb'))) back = back.parentElement;
              const a = light(rgba(getComputedStyle(e).color));
              const b = light(rgba(getComputedStyle(back || document.body).backgroundColor));
              const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
              if (ratio < 4.5) bad.push(`${e.className} ${e.textContent} ${ratio}`);
            }
            return bad;
            """;

    @Test
    void nothingMovesForThoseWhoWantNoMotion() {
        fleet.nodes.clear();
        signIn(PortalServer.OPERATOR);
        browser.see(".marker.waiting");

        assertThat(browser.script("return document.getAnimations().length")).isEqualTo(0L);
    }

    @Test
    void contactsNobodyElseAndComplainsOfNothing() {
        signIn(PortalServer.OPERATOR);
        browser.see(".marker .disc");
        browser.see(".add button").click();
        browser.see("#new-location:enabled");

        String origin = server.url().replace("/portal/", "/");
        assertThat(browser.network())
                .isNotEmpty()
                .allSatisfy(each ->
                        assertThat(each).containsPattern("\"url\":\"(" + origin + "|about:blank|data:|chrome:)"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void severalTiersShowTheirOwnLimits() {
        server.service = new ScriptedService(Tier.STANDARD);
        signIn(PortalServer.OPERATOR);

        browser.awaitText(".add .why", "needs the Premium tier; this service is Standard");
        item("West Europe", "Scale").click();
        assertThat(browser.see("dialog input[type=range]").getDomAttribute("max"))
                .isEqualTo("4");
    }
}
