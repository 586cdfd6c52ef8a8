package io.isochrone.control.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.arm.ServiceDocument.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServiceDocumentTest {
    private static final ServiceDocument DOCUMENT = new ServiceDocument(
            "/subscriptions/s/resourceGroups/Rg1/providers/Microsoft.ApiManagement/service/Apim1",
            Tier.PREMIUM,
            State.UPDATING,
            "op1",
            Instant.parse("2026-11-23T16:00:00Z"),
            new Site("westeurope", 2, true, Stage.SERVING, List.of("1", "2")),
            List.of(
                    new Site("eastasia", 1, false, Stage.JOINING, List.of()),
                    new Site("eastus", 1, false, Stage.LEAVING, List.of())),
            "a@example.test",
            "Contoso \"quoted\"",
            Map.of("Team", "a"),
            Map.of("p", "q"),
            "{\"publicNetworkAccess\":\"Enabled\"}");

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(ServiceDocument.read(DOCUMENT.write())).isEqualTo(DOCUMENT);
        assertThat(ServiceDocument.read(DOCUMENT.in(State.SUCCEEDED, null).write()))
                .isEqualTo(DOCUMENT.in(State.SUCCEEDED, null));
    }

    @Test
    void aLocationIsOffWhenTheOperatorSaysSoAndWhileItLeaves() {
        assertThat(DOCUMENT.sites()).extracting(Site::isOff).containsExactly(true, false, true);
        assertThat(DOCUMENT.name()).isEqualTo("Apim1");
    }

    @Test
    void pathsAreComparedWithoutCase() {
        assertThat(ServicePath.of("/Subscriptions/s/resourcegroups/G/providers/microsoft.apimanagement/SERVICE/n"))
                .isEqualTo(new ServicePath("s", "G", "n"));
        assertThat(ServicePath.of("/subscriptions/s/resourceGroups/g/providers/Other/service/n"))
                .isNull();
        assertThat(ServicePath.of("/subscriptions/s/resourceGroups//providers/Microsoft.ApiManagement/service/n"))
                .isNull();
    }
}
