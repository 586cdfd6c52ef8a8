package io.isochrone.control.arm;

import static io.isochrone.control.arm.Management.body;
import static io.isochrone.control.arm.Management.patch;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.PastChange;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServiceStatusesTest {
    private final Management management = new Management();
    private final ServiceStatuses statuses =
            new ServiceStatuses(management.store, management.fleet, management.operations, ManagementSettings.DEFAULTS);
    private String id;

    @BeforeEach
    void service() {
        id = management.service("Contoso", body("Premium", 1, "[]"));
        management.fleet.gateway("g1", "eastasia", 0);
    }

    private ServiceStatus find() {
        return Objects.requireNonNull(statuses.find("contoso"));
    }

    private ServiceStatus.Work work() {
        return Objects.requireNonNull(find().work());
    }

    @Test
    void aServiceThatIsNotThereHasNoStatus() {
        assertThat(statuses.find("other")).isNull();
    }

    @Test
    void theDocumentIsTheOneThatGetAnswers() {
        assertThat(find().service()).isEqualTo(management.get(id));
    }

    @Test
    void whatIsUnderWaySaysWhatItDoesAndWhatItWaitsFor() {
        management.call("PATCH", id, patch("[{\"location\":\"East Asia\"}]"));
        management.operations.tick();

        ServiceStatus.Work work = work();

        assertThat(work.status()).isEqualTo("InProgress");
        assertThat(work.title()).isEqualTo("Add East Asia");
        assertThat(work.target()).isEqualTo(new SnapshotId(1, management.revision(id)));
        assertThat(work.notes()).singleElement().asString().contains("eastasia: 0 of 1 gateway nodes");
        assertThat(work.errorCode()).isNull();
    }

    @Test
    void whatHasEndedIsKnownForAWhile() {
        management.call("PATCH", id, patch("[{\"location\":\"East Asia\"}]"));
        management.fleet.gateway("g1", "eastasia", 1_000_000);
        management.operations.tick();

        assertThat(work().status()).isEqualTo("Succeeded");
        assertThat(work().percent()).isEqualTo(100);

        management.call("PATCH", id, patch("[]"));
        assertThat(work().title()).isEqualTo("Remove East Asia");
    }

    @Test
    void failuresSayWhy() {
        management.pass(Duration.ofSeconds(1));
        management.call("PATCH", id, patch("[{\"location\":\"East Asia\"}]"));
        management.fleet.refuse("apis/echo: broken");
        management.pass(Duration.ofSeconds(1));

        assertThat(work().status()).isEqualTo("Failed");
        assertThat(work().errorMessage()).contains("apis/echo: broken");
    }

    @Test
    void changesAreThoseOfCallersThatTouchTheService() {
        management.call("PATCH", id, "{\"tags\":{\"a\":\"b\"}}");
        management.service("other", body("Developer", 1, "[]"));
        management.store.commit(Change.by(new Change.Audit("ada", "PUT api"))
                .put("resources" + id.toLowerCase(Locale.ROOT) + "/apis/echo", "{}")
                .build());

        assertThat(find().changes())
                .extracting(change -> change.audit().what())
                .containsExactly("PUT api", "PATCH " + id, "PUT " + id);
        assertThat(find().changes())
                .extracting(PastChange::keys)
                .allSatisfy(keys -> assertThat(keys).isEmpty());
    }
}
