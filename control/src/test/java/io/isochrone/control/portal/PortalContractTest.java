package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.control.access.CertificateAuthority;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.access.ServingKeys;
import io.isochrone.control.access.Token;
import io.isochrone.control.access.Tokens;
import io.isochrone.control.arm.ManagementEndpoint;
import io.isochrone.control.arm.ManagementSettings;
import io.isochrone.control.arm.Operations;
import io.isochrone.control.arm.ServiceHandler;
import io.isochrone.control.arm.ServiceStatuses;
import io.isochrone.control.arm.SubscriptionHandler;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.ControlServer;
import io.isochrone.control.http.Mount;
import io.isochrone.control.http.Reply;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The page with the real management contract, tokens and operations behind it. */
@Timeout(60)
class PortalContractTest {
    private static final String ID =
            "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.ApiManagement/service/contoso";

    @TempDir
    Path folder;

    @Test
    void aRegionIsAddedAndRemovedThroughTheRealContract() throws Exception {
        InstantSource clock = InstantSource.system();
        MemoryStore store = new MemoryStore();
        ScriptedFleet fleet = new ScriptedFleet();
        ManagementSettings settings = ManagementSettings.DEFAULTS;
        Operations operations = new Operations(store, fleet, clock, Duration.ofMinutes(5), Duration.ofSeconds(60));
        ServiceHandler services =
                new ServiceHandler(store, fleet, SecretBox.of(new byte[32]), operations, settings, clock);
        ManagementEndpoint management = new ManagementEndpoint(
                services, new SubscriptionHandler(store, settings), (call, service, rest) -> Reply.of(404));
        Tokens tokens = new Tokens(store, clock, System::nanoTime);
        Token.Issued token = tokens.create(new Caller("ada", Caller.Role.OPERATOR, null, null), "test");
        ServiceStatuses statuses = new ServiceStatuses(store, fleet, operations, settings);
        Feed feed = new Feed(statuses::find, fleet, RegionCatalogue.clouds(), Duration.ofMillis(100));
        List<Mount> mounts = new ArrayList<>(Portal.mounts(feed));
        mounts.add(Mount.of("/", management));
        ServingKeys keys = new ServingKeys(
                CertificateAuthority.in(folder, clock.instant()).issue(List.of("localhost"), Instant.now()));
        try (ControlServer server = ControlServer.start("localhost", 0, keys.context(), tokens, mounts);
                Browser browser = new Browser()) {
            String base = "https://localhost:" + server.port();
            browser.driver.get(base + "/portal/");
            browser.see("#token").sendKeys(token.text(), Keys.ENTER);
            browser.awaitText("h1", "There is no service yet");

            create(management);
            operations.tick();
            browser.driver.findElement(By.cssSelector(".empty button")).click();
            browser.awaitText(".place", "West Europe");
            browser.see(".add button").click();
            browser.see("#new-location:enabled").sendKeys("Japan E");
            browser.driver.findElement(By.cssSelector("dialog button.primary")).click();
            browser.awaitText(".operation.running", "Add Japan East");
            operations.tick();
            browser.awaitText(".operation .notes", "japaneast: no gateway node has called yet");

            fleet.put(ScriptedFleet.gateway("japaneast", 1, NodeView.State.SERVING, 1_000_000, 5));
            operations.tick();
            browser.awaitText(".operation.done", "Add Japan East");
            browser.awaitText("tr.row", "Japan East");
            browser.awaitText(".changes", "PATCH contoso");
            browser.see("button[aria-label='Actions for Japan East']").click();
            browser.see(".menu [aria-label=Remove]").click();
            browser.see("dialog button.danger").click();
            browser.awaitText(".operation.running", "Remove Japan East");
            fleet.nodes.clear();
            operations.tick();
            browser.awaitText(".operation.done", "Remove Japan East");
            browser.await(
                    "one row",
                    () -> browser.script("return document.querySelectorAll('tr.row').length")
                            .equals(1L));

            tokens.revoke(token.token().id(), "test");
            browser.awaitText(".problem", "You were signed out");
            assertThat(browser.complaints()).noneMatch(each -> each.contains("Content Security"));
        } finally {
            feed.close();
            statuses.close();
            operations.close();
            tokens.close();
        }
    }

    private static void create(ManagementEndpoint management) {
        Call call = new Call(
                "PUT",
                ID,
                Map.of("api-version", "2024-05-01"),
                Map.of(),
                ("{\"location\":\"West Europe\",\"sku\":{\"name\":\"Premium\",\"capacity\":1},"
                                + "\"properties\":{\"publisherEmail\":\"a@example.test\",\"publisherName\":\"Contoso\"}}")
                        .getBytes(StandardCharsets.UTF_8),
                new Caller("ada", Caller.Role.OPERATOR, null, null),
                "https://localhost");
        assertThat(management.answer(call).toCompletableFuture().join().status())
                .isEqualTo(201);
    }
}
