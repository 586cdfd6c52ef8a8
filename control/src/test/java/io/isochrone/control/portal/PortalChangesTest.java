package io.isochrone.control.portal;

import static io.isochrone.control.portal.ScriptedFleet.gateway;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.arm.ArmException;
import io.isochrone.control.nodes.NodeView;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

class PortalChangesTest extends PortalPage {
    @Test
    void addsARegionByKeyboardAloneAndFollowsItToTheEnd() {
        signIn(PortalServer.OPERATOR);
        browser.script("document.activeElement.blur()");

        browser.tabTo("Add region");
        browser.press(Keys.ENTER);
        browser.see("#new-location:enabled");
        browser.await("focus on the list", () -> browser.focused().equals("Location"));
        browser.press("Japan E");
        browser.press(Keys.TAB, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertThat(find("dialog output").getText()).isEqualTo("3");
        browser.tabTo("Save");
        browser.press(Keys.ENTER);

        browser.awaitText(".operation.running", "Add Japan East");
        assertThat(service.patches).singleElement().satisfies(body -> {
            assertThat(body.at("/properties/additionalLocations").findValuesAsText("location"))
                    .containsExactly("East Asia", "Japan East");
            assertThat(body.at("/properties/additionalLocations/1/sku/capacity").asInt())
                    .isEqualTo(3);
            assertThat(body.at("/properties/additionalLocations/0/sku/capacity").asInt())
                    .isEqualTo(2);
        });
        assertThat(browser.focused()).isEqualTo("Add region");
        fleet.put(gateway("westeurope", 4, NodeView.State.SERVING, 18, 1));
        service.progress(55, 18);
        browser.awaitText(".operation .detail", "55 % · 1 of 2 nodes have applied it");
        browser.awaitText(".operation .pending", "eastasia-10-0-0-4-8101");
        browser.awaitText(".operation .notes", "japaneast: no gateway node has called yet");
        service.finish(null);
        browser.awaitText(".operation.done", "Done: Add Japan East");
        browser.awaitText(".place", "Japan East");
        browser.awaitText("tr.row.waiting", "no node has registered");
    }

    @Test
    void removesARegionOnlyAfterSayingWhatHappens() {
        signIn(PortalServer.OPERATOR);

        item("East Asia", "Remove").click();
        browser.awaitText("dialog", "288 requests a second");
        browser.awaitText("dialog", "go to the next nearest of West Europe");
        browser.awaitText("dialog", "contoso-eastasia-01.regional.example.test no longer answers");
        assertThat(browser.focused()).isEqualTo("Cancel");
        browser.press(Keys.ESCAPE);
        browser.await("closed", () -> !browser.visible("dialog"));
        assertThat(browser.focused()).isEqualTo("Actions for East Asia");
        assertThat(service.patches).isEmpty();

        item("East Asia", "Remove").click();
        browser.see("dialog button.danger").click();
        browser.awaitText(".operation.running", "Remove East Asia");
        assertThat(service.patches.get(0).toString()).isEqualTo("{\"properties\":{\"additionalLocations\":[]}}");
        service.finish(null);

        browser.await(
                "one row",
                () -> browser.script("return document.querySelectorAll('tr.row').length")
                        .equals(1L));
    }

    @Test
    void scalesPrimaryAndFurtherLocations() {
        signIn(PortalServer.OPERATOR);

        item("West Europe", "Scale").click();
        browser.see("dialog input[type=range]");
        assertThat(find("dialog button.primary").isEnabled()).isFalse();
        browser.press(Keys.END);
        browser.awaitText("dialog .hint", "14 units in all");
        browser.press(Keys.ENTER);
        browser.awaitText(".operation.running", "Scale West Europe to 12 units");
        service.finish(null);
        browser.awaitText(".operation.done", "Done");
        item("East Asia", "Scale").click();
        browser.see("dialog input[type=range]");
        browser.press(Keys.HOME, Keys.ENTER);
        browser.awaitText(".operation.running", "Scale East Asia to 1 unit");

        assertThat(service.patches.get(0).toString()).isEqualTo("{\"sku\":{\"name\":\"Premium\",\"capacity\":12}}");
        assertThat(service.patches
                        .get(1)
                        .at("/properties/additionalLocations/0/sku/capacity")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void turnsAGatewayOffAndOnButNeverTheLast() {
        signIn(PortalServer.OPERATOR);

        item("West Europe", "Disable gateway").click();
        browser.awaitText("dialog", "it can be enabled again");
        browser.see("dialog button.danger").click();
        browser.awaitText(".operation.running", "Disable the gateway in West Europe");
        service.finish(null);
        browser.awaitText("tr.row.disabled", "West Europe");
        assertThat(item("East Asia", "Disable gateway").getText()).contains("the only gateway enabled");
        assertThat(item("East Asia", "Remove").getText()).contains("only one enabled");
        browser.press(Keys.ESCAPE);
        item("West Europe", "Enable gateway").click();
        browser.awaitText(".operation.running", "Enable the gateway in West Europe");
        service.finish(null);

        browser.awaitText("tr.row.healthy", "West Europe");
        assertThat(service.patches.get(0).toString()).isEqualTo("{\"properties\":{\"disableGateway\":true}}");
    }

    @Test
    void whatCannotBeDoneSaysWhyAndDoesNothing() {
        signIn(PortalServer.OPERATOR);

        assertThat(item("West Europe", "Remove").getText()).contains("The primary location cannot be removed.");
        browser.press(Keys.END, Keys.ENTER);
        assertThat(browser.visible("dialog")).isFalse();
        assertThat(browser.visible(".menu")).isTrue();
        browser.press(Keys.ESCAPE);
        assertThat(browser.focused()).isEqualTo("Actions for West Europe");
        item("East Asia", "Remove").click();
        browser.see("dialog button.danger").click();
        browser.see(".operation.running");
        for (String action : new String[] {"Scale", "Disable gateway", "Remove"}) {
            browser.await(action, () -> item("East Asia", action).getText().contains("Another change is under way."));
        }
        browser.press(Keys.ESCAPE);
        assertThat(find(".add button").getDomAttribute("aria-disabled")).isEqualTo("true");
    }

    @Test
    void aReaderMayOnlyLook() {
        signIn(PortalServer.READER);

        browser.awaitText(".add .why", "Your token may look, not change.");
        assertThat(item("East Asia", "Scale").getText()).contains("Your token may look, not change.");
    }

    @Test
    void whatTheApiRefusesIsShownInTheDialogAndCanBeRepeated() {
        signIn(PortalServer.OPERATOR);
        service.refuse(new ArmException(
                400, "InvalidParameters", "Japan East has no room.", "properties.additionalLocations[1].location"));

        browser.see(".add button").click();
        browser.see("#new-location:enabled").sendKeys("Japan E");
        find("dialog button.primary").click();
        browser.awaitText("dialog .problem", "InvalidParameters");
        browser.awaitText("dialog .problem", "Japan East has no room.");
        assertThat(find("#new-location").getDomAttribute("aria-invalid")).isEqualTo("true");
        find("dialog button.primary").click();

        browser.see(".operation.running");
        assertThat(browser.visible("dialog")).isFalse();
    }

    @Test
    void aChangeThatSomebodyElseOvertookIsNotMade() {
        signIn(PortalServer.OPERATOR);
        service.refuse(ArmException.stale());

        item("East Asia", "Remove").click();
        browser.see("dialog button.danger").click();

        browser.awaitText("dialog .problem", "PreconditionFailed");
    }

    @Test
    void aFailedOperationSaysWhyUntilItIsDismissed() {
        signIn(PortalServer.OPERATOR);
        item("East Asia", "Remove").click();
        browser.see("dialog button.danger").click();
        browser.see(".operation.running");

        service.finish("3 of 8 nodes refused it.");

        browser.awaitText(".operation.failed", "Failed: Remove East Asia");
        browser.awaitText(".operation.failed", "3 of 8 nodes refused it. (RolloutStopped)");
        find(".operation button").click();
        assertThat(browser.visible(".operation")).isFalse();
        browser.awaitText(".place", "East Asia");
    }

    @Test
    void arrowsMoveInTheMenuAndTabStaysInTheDialog() {
        signIn(PortalServer.OPERATOR);
        browser.script("document.querySelector('button[aria-label=\"Actions for East Asia\"]').focus()");

        browser.press(Keys.ARROW_DOWN);
        browser.see(".menu");
        assertThat(browser.focused()).isEqualTo("Scale");
        browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        assertThat(browser.focused()).isEqualTo("Scale");
        browser.press("r");
        assertThat(browser.focused()).isEqualTo("Remove");
        browser.press(Keys.ENTER);
        browser.see("dialog");
        for (int i = 0; i < 5; i++) {
            browser.press(Keys.TAB);
            assertThat(
                            browser.script(
                                    "const e = document.activeElement; return e === document.body || e.closest('dialog') !== null"))
                    .isEqualTo(true);
        }
    }
}
