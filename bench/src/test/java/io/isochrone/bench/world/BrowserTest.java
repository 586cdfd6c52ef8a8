package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium through router and gateway: HTTP/2 over TLS, uploads, many requests at once, server-sent events, WebSocket. */
@Tag("system")
@Timeout(120)
final class BrowserTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void doesWhatPagesAskOfIt(String upstream) throws Exception {
        X509Bundle own = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(folder.resolve("own.crt"), own.getCertificatePathPEM(), StandardCharsets.US_ASCII);
        Files.writeString(folder.resolve("own.key"), own.getPrivateKeyPEM(), StandardCharsets.US_ASCII);

        try (PageBackend backend = PageBackend.start()) {
            Gateway gateway = Gateway.start(
                    DeploymentReader.readFile(config(backend.port(), 1, upstream)),
                    new GatewayOptions("westeurope", FREE, null, "gateway", channel -> {}));
            Router router = Router.start(
                    DeploymentReader.readFile(config(backend.port(), gateway.port(), upstream)),
                    new RouterOptions(FREE, FREE, "router", channel -> {}));
            try {
                JsonNode told = new ObjectMapper().readTree(resultOf("https://localhost:" + router.port() + "/"));

                assertThat(told.path("protocol").asText()).isEqualTo("h2");
                assertThat(told.path("upload").asText()).isEqualTo("100000");
                assertThat(told.path("items").asText()).isEqualTo("50");
                assertThat(told.path("events").asText()).isEqualTo("1 2 3");
                assertThat(told.path("socket").asText()).isEqualTo("echo hello");
            } finally {
                router.stop();
                gateway.stop();
            }
        }
    }

    private Path config(int backend, int gateway, String upstream) throws Exception {
        String text = """
                service:
                  name: contoso
                  tier: Premium
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:%d]
                apis:
                  - name: all
                    path: /
                    backends: [http://127.0.0.1:%d]
                router:
                  upstream-protocol: %s
                  tls:
                    certificates:
                      - chain: own.crt
                        key: own.key
                """.formatted(gateway, backend, upstream);
        return Files.writeString(folder.resolve("world.yaml"), text, StandardCharsets.UTF_8);
    }

    /** Opens the page and returns what it found out. */
    private static String resultOf(String url) {
        assertThat(BROWSER).as("install it with: apt-get install chromium").exists();
        assertThat(DRIVER)
                .as("install it with: apt-get install chromium-driver")
                .exists();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER);
        options.setAcceptInsecureCerts(true);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--no-proxy-server");
        ChromeDriverService service =
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
        ChromeDriver driver = new ChromeDriver(service, options);
        try {
            driver.get(url);
            new WebDriverWait(driver, Duration.ofSeconds(60)).until(page -> "done".equals(page.getTitle()));
            return driver.findElement(By.id("result")).getText();
        } finally {
            driver.quit();
        }
    }
}
