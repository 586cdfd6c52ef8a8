package io.isochrone.control.portal;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium without a window, which can reach this machine only. Not thread-safe; confined to its owner. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    final ChromeDriver driver;

    Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium", "chromium-browser", "google-chrome"));
        options.setAcceptInsecureCerts(true);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--lang=en",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
    }

    private static File program(String... names) {
        for (String name : names) {
            for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
                Path file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return file.toFile();
                }
            }
        }
        throw new IllegalStateException(
                names[0] + ": not found on PATH (expected: Chromium and its driver, which the tests of the page need: "
                        + "apt-get install chromium chromium-driver)");
    }

    /** Waits for a condition. */
    void await(String what, Supplier<Boolean> condition) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(30))
                .ignoring(RuntimeException.class)
                .withMessage(what)
                .until(d -> condition.get());
    }

    /** The first visible element, once there is one. */
    WebElement see(String css) {
        await(css, () -> visible(css));
        return driver.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElseThrow();
    }

    boolean visible(String css) {
        return driver.findElements(By.cssSelector(css)).stream().anyMatch(WebElement::isDisplayed);
    }

    /** Waits until an element shows a text. */
    void awaitText(String css, String text) {
        await(
                css + " with \"" + text + '"',
                () -> driver.findElements(By.cssSelector(css)).stream()
                        .anyMatch(each -> each.getText().contains(text)));
    }

    /** Presses keys where the focus is. */
    void press(CharSequence... keys) {
        for (CharSequence key : keys) {
            driver.switchTo().activeElement().sendKeys(key);
        }
    }

    /** Goes on with Tab until the focus is on an element of this name, at most 60 times. */
    void tabTo(String name) {
        for (int i = 0; i < 60; i++) {
            if (focused().contains(name)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("Tab never came to \"" + name + "\", last was \"" + focused() + '"');
    }

    /** The name or text of what has the focus. */
    String focused() {
        return script(
                        "const e = document.activeElement; if (e === document.body) return ''; return e.getAttribute('aria-label') || (e.labels && e.labels[0] && e.labels[0].textContent) || e.textContent || e.tagName")
                .toString();
    }

    Object script(String script, Object... arguments) {
        Object result = driver.executeScript(script, arguments);
        return result == null ? "" : result;
    }

    /** Errors and warnings of the console since last asked. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What the browser did on the network since last asked, as its own protocol tells. */
    List<String> network() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Network.requestWillBeSent\""))
                .toList();
    }

    /** A screen of this size; null: as the system says. */
    void screen(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Light or dark, with or without motion. */
    void prefer(String scheme, boolean lessMotion) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of(
                                        "name",
                                        "prefers-reduced-motion",
                                        "value",
                                        lessMotion ? "reduce" : "no-preference"))));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
