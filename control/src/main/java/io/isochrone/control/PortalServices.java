package io.isochrone.control;

import io.isochrone.control.arm.OperationProgress;
import io.isochrone.control.arm.Operations;
import io.isochrone.control.arm.ServiceHandler;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.portal.Seen;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.Store;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of a service, by its name: its document, its operation, its latest changes.
 *
 * <p>Thread-safe.
 */
final class PortalServices implements Function<String, @Nullable Seen> {
    private static final int LOOKED_AT = 200;
    private static final int SHOWN = 20;

    private final ServiceHandler services;
    private final Operations operations;
    private final Fleet fleet;
    private final Store store;

    PortalServices(ServiceHandler services, Operations operations, Fleet fleet, Store store) {
        this.services = services;
        this.operations = operations;
        this.fleet = fleet;
        this.store = store;
    }

    @Override
    public @Nullable Seen apply(String name) {
        ServiceHandler.Shown shown = services.byName(name);
        if (shown == null) {
            return null;
        }
        String id = shown.document().path("id").asText();
        OperationProgress progress = operations.latest(id);
        Seen.Operation operation = progress == null
                ? null
                : new Seen.Operation(
                        progress.id(),
                        progress.status(),
                        progress.percent(),
                        progress.started(),
                        progress.title(),
                        fleet.holding(name, shown.revision()),
                        progress.code(),
                        progress.message());
        return new Seen(shown.document(), operation, changes(Keys.resource(id)));
    }

    private List<PastChange> changes(String resource) {
        return store.history(0, LOOKED_AT).stream()
                .filter(change -> change.keys().stream()
                        .anyMatch(key -> key.key().equals(resource) || key.key().startsWith(resource + "/")))
                .limit(SHOWN)
                .toList();
    }
}
