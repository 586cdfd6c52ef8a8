package io.isochrone.control.portal;

import static io.isochrone.control.portal.ScriptedFleet.gateway;
import static io.isochrone.control.portal.ScriptedFleet.router;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.nodes.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;

/** Takes the pictures of the page for the documents: {@code PortalPictures FOLDER}. Not thread-safe; confined to its owner. */
final class PortalPictures {
    private static final int WIDE = 1280;
    private static final String[] REGIONS = {"westeurope", "eastus", "eastasia", "australiaeast", "brazilsouth"};

    private PortalPictures() {}

    /** Five locations with nodes, routers and the map that nearest regions make. */
    static void world(ScriptedService service, ScriptedFleet fleet) {
        service.having("East US", 2)
                .having("East Asia", 2)
                .having("Australia East", 1)
                .having("Brazil South", 1);
        service.changed(Instant.now().minusSeconds(86_000), "ada@example.test", "PUT");
        service.changed(Instant.now().minusSeconds(7_300), "grace@example.test", "PATCH");
        service.changed(Instant.now().minusSeconds(240), "ada@example.test", "PATCH");
        carry(fleet, new Random(7));
        fleet.put(router(1, 17));
        fleet.put(router(2, 17));
        fleet.map = nearest(List.of(REGIONS));
    }

    /** Each region carries about what it usually does. */
    private static void carry(ScriptedFleet fleet, Random random) {
        double[] rates = {412, 655, 288, 96, 61};
        for (int i = 0; i < REGIONS.length; i++) {
            int nodes = i < 3 ? 2 : 1;
            for (int n = 0; n < nodes; n++) {
                double rate = rates[i] / nodes * (0.9 + 0.2 * random.nextDouble());
                fleet.put(gateway(REGIONS[i], 4 + n, NodeView.State.SERVING, 17, rate));
            }
        }
    }

    /** A point every ten degrees, served by the nearest of {@code regions}. */
    static List<Fleet.MapPoint> nearest(List<String> regions) {
        List<Fleet.MapPoint> map = new ArrayList<>();
        for (int latitude = -50; latitude <= 70; latitude += 5) {
            for (int longitude = -175; longitude < 180; longitude += 5) {
                GeoPoint here = new GeoPoint(latitude, longitude);
                String region = regions.stream()
                        .map(name ->
                                Objects.requireNonNull(RegionCatalogue.clouds().find(name)))
                        .min(Comparator.comparingDouble(each -> cosine(each, here)))
                        .orElseThrow()
                        .name();
                map.add(new Fleet.MapPoint(latitude, longitude, region));
            }
        }
        return map;
    }

    private static double cosine(Region region, GeoPoint here) {
        double a = Math.toRadians(region.point().latitude());
        double b = Math.toRadians(here.latitude());
        double apart = Math.toRadians(region.point().longitude() - here.longitude());
        return -(Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos(apart));
    }

    /** Takes them all. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Files.createDirectories(folder);
        ScriptedService service = new ScriptedService(Tier.PREMIUM);
        try (PortalServer server =
                        new PortalServer(service, Files.createTempDirectory("portal"), Duration.ofMillis(150));
                Browser browser = new Browser()) {
            world(service, server.fleet);
            browser.prefer("light", true);
            browser.screen(WIDE, 800);
            browser.driver.get(server.url());
            browser.see("#token");
            take(browser, folder, "portal-sign-in");
            browser.see("#token").sendKeys(PortalServer.OPERATOR, Keys.ENTER);
            browser.awaitText(".place", "Brazil South");
            browser.see(".marker .disc");
            Random random = new Random(8);
            for (int i = 0; i < 60; i++) {
                String before = browser.script("return document.querySelector('.facts').textContent")
                        .toString();
                carry(server.fleet, random);
                browser.await(
                        "new rate",
                        () -> !before.equals(browser.script("return document.querySelector('.facts').textContent")));
            }
            page(browser, folder, "portal-light", WIDE);
            browser.prefer("dark", true);
            page(browser, folder, "portal-dark", WIDE);
            page(browser, folder, "portal-narrow", 360);
            browser.prefer("light", true);
            browser.screen(WIDE, 900);

            menu(browser, "East Asia");
            take(browser, folder, "portal-menu");
            browser.press(Keys.END, Keys.ENTER);
            browser.see("dialog");
            take(browser, folder, "portal-remove");
            browser.press(Keys.ESCAPE);

            menu(browser, "West Europe");
            take(browser, folder, "portal-menu-primary");
            browser.press(Keys.ESCAPE);

            browser.script("scrollTo(0, 0)");
            browser.driver.findElement(By.cssSelector(".add button")).click();
            browser.see("#new-location:enabled").sendKeys("Japan");
            take(browser, folder, "portal-add");
            service.refuse(new ArmException(
                    400,
                    "ValidationError",
                    "Japan East has no capacity for 3 units now.",
                    "properties.additionalLocations[4].location"));
            browser.driver.findElement(By.cssSelector("dialog button.primary")).click();
            browser.see("dialog .problem");
            take(browser, folder, "portal-error");
            browser.prefer("dark", true);
            take(browser, folder, "portal-error-dark");
            browser.screen(360, 740);
            take(browser, folder, "portal-error-narrow");
            browser.prefer("light", true);
            browser.screen(WIDE, 900);
            browser.driver.findElement(By.cssSelector("dialog button.primary")).click();
            browser.see(".operation.running");
            server.fleet.put(gateway("westeurope", 4, NodeView.State.SERVING, 18, 210));
            server.fleet.put(gateway("eastus", 4, NodeView.State.SERVING, 18, 310));
            server.fleet.put(ScriptedFleet.refusing(
                    gateway("eastasia", 5, NodeView.State.SERVING, 17, 120),
                    "backends[2].url: host name does not resolve"));
            server.fleet.put(gateway("brazilsouth", 4, NodeView.State.LOST, 17, 0));
            server.fleet.map = nearest(List.of("westeurope", "eastus", "eastasia", "australiaeast"));
            service.progress(40, 18);
            browser.awaitText(".operation .detail", "40 %");
            browser.driver.findElements(By.cssSelector("button.nodes")).get(2).click();
            page(browser, folder, "portal-progress", WIDE);
            browser.prefer("dark", true);
            page(browser, folder, "portal-progress-dark-narrow", 390);
            browser.prefer("light", true);
            service.finish("2 of 8 nodes refused version 1.18, so it was rolled back.");
            browser.see(".operation.failed");
            server.feeding = false;
            server.cut();
            browser.see(".banner.stale");
            page(browser, folder, "portal-stale", WIDE);
        }
    }

    private static void menu(Browser browser, String location) {
        browser.script("scrollTo(0, 0)");
        browser.see("button[aria-label='Actions for " + location + "']").click();
        browser.see(".menu");
    }

    /** The whole page at this width. */
    private static void page(Browser browser, Path folder, String name, int width) throws IOException {
        int height = 600;
        for (int i = 0; i < 3; i++) { // the map grows with the screen
            browser.screen(width, height);
            height = ((Long) browser.script("return document.documentElement.scrollHeight")).intValue();
        }
        take(browser, folder, name);
    }

    private static void take(Browser browser, Path folder, String name) throws IOException {
        browser.driver.executeAsyncScript(
                "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))");
        Files.write(folder.resolve(name + ".png"), browser.driver.getScreenshotAs(OutputType.BYTES));
    }
}
