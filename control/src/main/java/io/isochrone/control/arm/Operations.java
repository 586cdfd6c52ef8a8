package io.isochrone.control.arm;

import io.isochrone.control.arm.Operation.Kind;
import io.isochrone.control.arm.OperationStep.Act;
import io.isochrone.control.arm.OperationStep.Patience;
import io.isochrone.control.arm.OperationStep.World;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.arm.ServiceDocument.State;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the operations that are stored: looks at each, does its next step, writes down how it ends. What it needs is in the store,
 * so that a restart or another replica goes on where the last one was; of several replicas the one with the lease drives.
 *
 * <p>Thread-safe; {@link #tick} is called by one thread.
 */
public final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final String PREFIX = "operations/";
    private static final String ROLE = "operations";
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration KEEP = Duration.ofMinutes(15);
    private static final Duration WHOLE_LOOK = Duration.ofSeconds(5);
    /** Nodes have to call again after a start of the control plane before anything is given up. */
    private static final Duration AFTER_START = Duration.ofSeconds(30);

    private static final int BATCH = Change.MAX_KEYS - 10;

    private final Store store;
    private final Fleet fleet;
    private final InstantSource clock;
    private final Duration patience;
    private final Duration drain;
    private final String owner = UUID.randomUUID().toString();
    private final Instant begun;
    private final Store.Watch watch;
    private volatile boolean changed = true;
    private boolean running;
    private Instant lastLook = Instant.EPOCH;

    /**
     * Over a store and the nodes of all services.
     *
     * @param patience how long nodes may take to follow a change before its operation fails
     * @param drain how long a location that leaves may take to become idle before it is taken away all the same
     */
    public Operations(Store store, Fleet fleet, InstantSource clock, Duration patience, Duration drain) {
        this.store = store;
        this.fleet = fleet;
        this.clock = clock;
        this.patience = patience;
        this.drain = drain;
        this.begun = clock.instant();
        this.watch = store.watch(revision -> changed = true);
    }

    /** Does what can be done now. To be called a few times a second; does nothing while nothing is under way. */
    public void tick() {
        Instant now = clock.instant();
        boolean whole = Duration.between(lastLook, now).compareTo(WHOLE_LOOK) >= 0;
        if (!changed && !running && !whole) {
            return;
        }
        changed = false;
        try {
            if (!store.lead(ROLE, owner, LEASE)) {
                running = false;
                return;
            }
            running = false;
            for (Entry entry : store.list(PREFIX).entries()) {
                look(entry, now);
            }
            if (whole) {
                lastLook = now;
                healAll(now);
            }
        } catch (StoreException e) {
            running = true;
            LOG.warn("operations wait for the store reason={}", e.getMessage());
        }
    }

    private void look(Entry entry, Instant now) {
        try {
            Operation operation = Operation.read(entry.value());
            if (operation.finished() == null) {
                running = true;
                drive(operation, entry, now);
            } else if (operation.finished().plus(KEEP).isBefore(now)) {
                store.commit(Change.by(null)
                        .expect(entry.key(), entry.revision())
                        .delete(entry.key())
                        .build());
            }
        } catch (ConflictException e) {
            changed = true;
        } catch (IllegalArgumentException e) {
            LOG.error("operation cannot be read key={} reason={}", entry.key(), e.getMessage());
        }
    }

    private void drive(Operation operation, Entry entry, Instant now) {
        String key = Keys.resource(operation.service());
        Entry found = store.get(key);
        Change.Builder change = Change.by(audit(operation)).expect(entry.key(), entry.revision());
        if (found == null) {
            boolean wanted = operation.kind() == Kind.DELETE;
            finish(change, entry, wanted ? operation.succeeded(now) : gone(operation, now));
            return;
        }
        ServiceDocument service = ServiceDocument.read(found.value());
        change.expect(key, found.revision());
        if (!operation.id().equals(service.operation())) {
            finish(change, entry, gone(operation, now));
            return;
        }
        if (operation.kind() == Kind.DELETE) {
            delete(operation, entry, service, change, now);
            return;
        }
        OperationStep step = step(service, found.revision(), operation, now);
        switch (step.act()) {
            case WAIT -> {
                if (service.state() == State.CREATED) {
                    store.commit(change.put(
                                    key,
                                    service.in(State.ACTIVATING, operation.id()).write())
                            .build());
                }
            }
            case LEAVE ->
                store.commit(change.put(
                                key,
                                stages(service, Stage.REPLACED, Stage.LEAVING).write())
                        .put(entry.key(), operation.leaving(now).write())
                        .build());
            case DONE -> {
                List<Site> stay = stages(service, Stage.JOINING, Stage.SERVING).additional().stream()
                        .filter(site -> !site.isLeaving())
                        .toList();
                change.put(
                        key,
                        service.withAdditional(stay).in(State.SUCCEEDED, null).write());
                finish(change, entry, operation.succeeded(now));
            }
            case FAIL -> {
                ServiceDocument stays =
                        stages(stages(service, Stage.REPLACED, Stage.SERVING), Stage.LEAVING, Stage.SERVING);
                change.put(key, stays.in(State.FAILED, null).write());
                finish(change, entry, operation.failed(now, "NodesDidNotFollow", String.join(" ", step.notes())));
            }
        }
    }

    private static Operation gone(Operation operation, Instant now) {
        return operation.failed(now, "Superseded", "The service was changed by something else meanwhile.");
    }

    private static Change.Audit audit(Operation operation) {
        return new Change.Audit(
                operation.by(), operation.kind().name().toLowerCase(Locale.ROOT) + " goes on: " + operation.service());
    }

    private static ServiceDocument stages(ServiceDocument service, Stage from, Stage to) {
        return service.withAdditional(service.additional().stream()
                .map(site -> site.stage() == from ? site.in(to) : site)
                .toList());
    }

    /** Takes what is below the service away, some at a time, and the service with the last of it. */
    private void delete(Operation operation, Entry entry, ServiceDocument service, Change.Builder change, Instant now) {
        String below = Keys.resource(service.id()) + "/";
        String secrets = Keys.secret(service.id()) + "/";
        List<String> keys = Stream.concat(store.list(below).entries().stream(), store.list(secrets).entries().stream())
                .map(Entry::key)
                .limit(BATCH)
                .toList();
        keys.forEach(change::delete);
        if (keys.size() == BATCH) {
            store.commit(change.build());
            return;
        }
        change.delete(Keys.resource(service.id()))
                .delete(Keys.secret(service.id()))
                .delete(Keys.serviceName(service.name()));
        finish(change, entry, operation.succeeded(now));
    }

    private void finish(Change.Builder change, Entry entry, Operation finished) {
        store.commit(change.put(entry.key(), finished.write()).build());
        LOG.info(
                "operation finished id={} kind={} service={} status={} reason={}",
                finished.id(),
                finished.kind(),
                finished.service(),
                finished.status(),
                finished.message());
    }

    /** Services that claim to be worked on by an operation that is not there, as after a rollback: a new one goes on. */
    private void healAll(Instant now) {
        for (Entry name : store.list("services/").entries()) {
            String key = Keys.resource(name.value());
            Entry found = store.get(key);
            if (found == null) {
                continue;
            }
            ServiceDocument service = ServiceDocument.read(found.value());
            if (service.state().isAtRest() || isUnderWay(service.operation())) {
                continue;
            }
            Kind kind = service.state() == State.TERMINATING ? Kind.DELETE : Kind.UPDATE;
            boolean leaves = service.additional().stream().anyMatch(Site::isLeaving);
            Operation next =
                    Operation.begin(UUID.randomUUID().toString(), kind, service.id(), "control plane", now, leaves);
            try {
                store.commit(Change.by(audit(next))
                        .expect(key, found.revision())
                        .put(key, service.in(service.state(), next.id()).write())
                        .put(Keys.operation(next.id()), next.write())
                        .build());
                running = true;
            } catch (ConflictException e) {
                changed = true;
            }
        }
    }

    private boolean isUnderWay(@Nullable String id) {
        Operation operation = id == null ? null : find(id);
        return operation != null && operation.finished() == null;
    }

    /** An operation by its id, or null. */
    @Nullable
    Operation find(String id) {
        Entry entry = store.get(Keys.operation(id));
        return entry == null ? null : Operation.read(entry.value());
    }

    /** The operation of a service (by its id) that is under way, else the one that ended last and is still known; null: none. */
    public @Nullable OperationProgress latest(String service) {
        Operation latest = store.list(PREFIX).entries().stream()
                .map(entry -> Operation.read(entry.value()))
                .filter(operation -> operation.service().equalsIgnoreCase(service))
                .max(Comparator.comparing((Operation operation) -> operation.finished() == null)
                        .thenComparing(Operation::started))
                .orElse(null);
        if (latest == null) {
            return null;
        }
        OperationStep step = progress(latest);
        String title = switch (latest.kind()) {
            case CREATE -> "Create the service";
            case UPDATE -> "Bring the change to all nodes";
            case DELETE -> "Delete the service";
        };
        return new OperationProgress(
                latest.id(),
                latest.status(),
                step.percent(),
                latest.started(),
                title,
                step.notes(),
                latest.code(),
                latest.message());
    }

    /** How far an operation is now, from 0 to 100, and what it waits for. */
    OperationStep progress(Operation operation) {
        if (operation.finished() != null) {
            return new OperationStep(Act.DONE, 100, List.of());
        }
        Entry found = store.get(Keys.resource(operation.service()));
        if (found == null || operation.kind() == Kind.DELETE) {
            return new OperationStep(Act.WAIT, 50, List.of());
        }
        OperationStep step = step(ServiceDocument.read(found.value()), found.revision(), operation, clock.instant());
        return new OperationStep(step.act(), Math.min(step.percent(), 99), step.notes());
    }

    private OperationStep step(ServiceDocument service, long revision, Operation operation, Instant now) {
        Instant until = operation.started().plus(patience);
        Instant settled = begun.plus(AFTER_START);
        World world = new World(
                fleet.nodes(service.name()), fleet.holding(service.name(), revision), fleet.refusal(service.name()));
        return OperationStep.of(
                service,
                operation.leaving(),
                world,
                now,
                new Patience(until.isAfter(settled) || begun.isBefore(operation.started()) ? until : settled, drain));
    }

    @Override
    public void close() {
        watch.close();
    }
}
