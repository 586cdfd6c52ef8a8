package io.isochrone.control.arm;

import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how services are. Past changes are read only after the store has told of a new one: they hold what they changed, which may be
 * much.
 *
 * <p>Thread-safe.
 */
public final class ServiceStatuses implements AutoCloseable {
    private static final int LOOKED_AT = 40;
    private static final int MOST_CHANGES = 8;
    private static final int MOST_REMEMBERED = 100;

    private final Store store;
    private final Fleet fleet;
    private final Operations operations;
    private final ServiceView view;
    private final AtomicLong newest = new AtomicLong();
    private final Map<String, Past> remembered = new ConcurrentHashMap<>();
    private final Store.Watch watch;

    private record Past(long asOf, List<PastChange> changes) {}

    /** Over what is stored and the nodes. */
    public ServiceStatuses(Store store, Fleet fleet, Operations operations, ManagementSettings settings) {
        this.store = store;
        this.fleet = fleet;
        this.operations = operations;
        this.view = new ServiceView(settings.regions(), settings.domain());
        this.watch = store.watch(revision -> newest.accumulateAndGet(revision, Math::max));
    }

    /** The status of the service of this name, or null when there is none; throws as the store does. */
    public @Nullable ServiceStatus find(String name) {
        Entry id = store.get(Keys.serviceName(name));
        Entry entry = id == null ? null : store.get(Keys.resource(id.value()));
        if (entry == null) {
            return null;
        }
        ServiceDocument service = ServiceDocument.read(entry.value());
        Operation operation = latest(service);
        return new ServiceStatus(
                view.of(service, entry.revision(), fleet.nodes(service.name())),
                operation == null ? null : work(operation, service, entry.revision()),
                changes(service.id()));
    }

    private @Nullable Operation latest(ServiceDocument service) {
        return store.list(Operations.PREFIX).entries().stream()
                .map(entry -> Operation.read(entry.value()))
                .filter(operation -> operation.service().equalsIgnoreCase(service.id()))
                .max(Comparator.<Operation, Boolean>comparing(
                                operation -> operation.id().equals(service.operation()))
                        .thenComparing(Operation::started))
                .orElse(null);
    }

    private ServiceStatus.Work work(Operation operation, ServiceDocument service, long revision) {
        boolean runs = operation.finished() == null;
        OperationStep step = operations.progress(operation);
        return new ServiceStatus.Work(
                operation.id(),
                operation.status(),
                step.percent(),
                operation.started(),
                runs ? title(operation, service) : null,
                runs ? fleet.holding(service.name(), revision) : null,
                step.notes(),
                operation.code(),
                operation.message());
    }

    private String title(Operation operation, ServiceDocument service) {
        String joining = named(service, Stage.JOINING);
        String leaving = Stream.of(named(service, Stage.REPLACED), named(service, Stage.LEAVING))
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("");
        return switch (operation.kind()) {
            case CREATE -> "Create the service";
            case DELETE -> "Delete the service";
            case UPDATE ->
                !joining.isEmpty() ? "Add " + joining : !leaving.isEmpty() ? "Remove " + leaving : "Change the service";
        };
    }

    private String named(ServiceDocument service, Stage stage) {
        List<String> names = service.additional().stream()
                .filter(site -> site.stage() == stage)
                .map(Site::region)
                .map(view::displayName)
                .toList();
        return String.join(", ", names);
    }

    private List<PastChange> changes(String id) {
        long asOf = newest.get();
        Past past = remembered.get(id);
        if (past == null || past.asOf != asOf) {
            String resource = Keys.resource(id);
            past = new Past(
                    asOf,
                    store.history(0, LOOKED_AT).stream()
                            .filter(change -> !change.audit().what().contains(Operations.GOES_ON))
                            .filter(change -> change.keys().stream()
                                    .anyMatch(key -> key.key().equals(resource)
                                            || key.key().startsWith(resource + "/")))
                            .limit(MOST_CHANGES)
                            .map(change -> new PastChange(change.revision(), change.at(), change.audit(), List.of()))
                            .toList());
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(id, past);
        }
        return Objects.requireNonNull(past).changes;
    }

    @Override
    public void close() {
        watch.close();
    }
}
