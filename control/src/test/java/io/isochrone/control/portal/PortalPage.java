package io.isochrone.control.portal;

import static io.isochrone.control.portal.ScriptedFleet.gateway;

import io.isochrone.config.model.Tier;
import io.isochrone.control.nodes.NodeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What tests of the page share: one browser per class, and per test a server with West Europe (1 unit) and East Asia (2 units). */
@Timeout(60)
abstract class PortalPage {
    @TempDir
    static Path folder;

    static Browser browser;

    ScriptedService service;
    ScriptedFleet fleet;
    PortalServer server;

    @BeforeAll
    static void start() {
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void serve() throws Exception {
        service = new ScriptedService(Tier.PREMIUM).having("East Asia", 2);
        server = new PortalServer(service, folder, Duration.ofMillis(100));
        fleet = server.fleet;
        fleet.put(gateway("westeurope", 4, NodeView.State.SERVING, 17, 412));
        fleet.put(gateway("eastasia", 4, NodeView.State.SERVING, 17, 288));
        fleet.map = PortalPictures.nearest(List.of("westeurope", "eastasia"));
        browser.prefer("light", true);
        browser.screen(1280, 900);
        browser.complaints();
        browser.network();
    }

    @AfterEach
    void end() {
        browser.driver.manage().deleteAllCookies();
        browser.driver.get("about:blank");
        server.close();
    }

    /** Opens the page and signs in. */
    void signIn(String token) {
        browser.driver.get(server.url());
        browser.see("#token").sendKeys(token, Keys.ENTER);
        browser.awaitText(".place", "West Europe");
    }

    /** Opens a row's menu and returns one of its items. */
    WebElement item(String location, String label) {
        if (!browser.visible(".menu")) {
            browser.see("button[aria-label='Actions for " + location + "']").click();
        }
        return browser.see(".menu [aria-label='" + label + "']");
    }

    static WebElement find(String css) {
        return browser.driver.findElement(By.cssSelector(css));
    }
}
