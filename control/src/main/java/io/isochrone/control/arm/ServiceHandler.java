package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.Operation.Kind;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.State;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls to services: reads, changes, lists. A change is stored whole with its condition, its audit line and its operation, or
 * not at all.
 *
 * <p>Thread-safe: what is read may be out of date by the time of the commit, which is refused then.
 */
public final class ServiceHandler {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Store store;
    private final Fleet fleet;
    private final SecretBox box;
    private final Operations operations;
    private final InstantSource clock;
    private final ServiceView view;
    private final RegionViews regions;
    private final OperationReplies replies;

    /** Over what is stored and the nodes. */
    public ServiceHandler(
            Store store,
            Fleet fleet,
            SecretBox box,
            Operations operations,
            ManagementSettings settings,
            InstantSource clock) {
        this.store = store;
        this.fleet = fleet;
        this.box = box;
        this.operations = operations;
        this.clock = clock;
        this.view = new ServiceView(settings.regions(), settings.domain());
        this.regions = new RegionViews(view);
        this.replies = new OperationReplies(operations, this::show);
    }

    /** A service as it is stored, with its revision. */
    private record Stored(ServiceDocument document, long revision) {}

    private @Nullable Stored find(String id) {
        Entry entry = store.get(Keys.resource(id));
        return entry == null ? null : new Stored(ServiceDocument.read(entry.value()), entry.revision());
    }

    private Stored get(ServicePath path) {
        Stored stored = find(path.id());
        if (stored == null) {
            throw ArmException.notFound(path.id());
        }
        return stored;
    }

    /**
     * A service as it is shown.
     *
     * @param document as GET answers it; nobody changes it
     * @param revision that wrote it
     */
    public record Shown(ObjectNode document, long revision) {}

    /** The service of a name, compared without case, or null. */
    public @Nullable Shown byName(String name) {
        Entry id = store.get(Keys.serviceName(name));
        Stored stored = id == null ? null : find(id.value());
        return stored == null ? null : new Shown(json(stored), stored.revision);
    }

    /** Answers a call to the service itself. */
    Reply answer(Call call, ServicePath path) {
        return switch (call.method()) {
            case "GET", "HEAD" -> shown(get(path), 200);
            case "PUT" -> put(call, path);
            case "PATCH" -> patch(call, path);
            case "DELETE" -> delete(call, path);
            default -> throw ArmException.method(call.method(), "GET, HEAD, PUT, PATCH, DELETE");
        };
    }

    /** Answers what belongs to the service itself below its path; null when an entity is meant. */
    @Nullable
    Reply below(Call call, ServicePath path, List<String> rest) {
        String first = rest.get(0).toLowerCase(Locale.ROOT);
        boolean ofLocation =
                rest.size() == 3 && first.equals("locations") && rest.get(2).equalsIgnoreCase("networkstatus");
        if (!ofLocation && rest.size() != 1) {
            return null;
        }
        String what = ofLocation ? "location" : first;
        if (what.equals("applynetworkconfigurationupdates")) {
            ManagementEndpoint.allow(call, "POST");
            return applyNetwork(call, path);
        }
        if (!List.of("regions", "skus", "networkstatus", "location").contains(what)) {
            return null;
        }
        ManagementEndpoint.allow(call, "GET");
        ServiceDocument service = get(path).document;
        return switch (what) {
            case "regions" -> regions.regions(service);
            case "skus" -> regions.skus(service);
            case "networkstatus" -> regions.networkStatus(service, fleet.nodes(service.name()));
            default -> regions.networkStatus(service, fleet.nodes(service.name()), rest.get(1));
        };
    }

    /** The service that an entity call is below, spelled as it was created; throws when there is none or it is going. */
    ServicePath open(Call call, ServicePath path) {
        ServiceDocument service = get(path).document;
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        if (!reads && service.state() == State.TERMINATING) {
            ServiceRules.atRest(service);
        }
        ServicePath spelled = ServicePath.of(service.id());
        return spelled == null ? path : spelled;
    }

    /** The services of a subscription, or of one of its groups. */
    Reply list(Call call, String subscription, @Nullable String group) {
        ManagementEndpoint.allow(call, "GET");
        List<ObjectNode> all = new ArrayList<>();
        for (Entry name : store.list("services/").entries()) {
            ServicePath path = ServicePath.of(name.value());
            boolean wanted = path != null
                    && path.subscription().equalsIgnoreCase(subscription)
                    && (group == null || path.group().equalsIgnoreCase(group));
            Stored stored = wanted ? find(name.value()) : null;
            if (stored != null) {
                all.add(json(stored));
            }
        }
        return Pages.of(call, all);
    }

    /** Whether a name is free. */
    Reply nameAvailability(Call call) {
        ManagementEndpoint.allow(call, "POST");
        String name = Json.body(call).path("name").asText("");
        boolean valid = ServiceRules.NAME.matcher(name).matches();
        boolean free = valid && store.get(Keys.serviceName(name)) == null;
        String message = !valid
                ? "A letter, then letters, digits and hyphens, at most 50, not ending in a hyphen."
                : free ? "" : name + " is already in use.";
        return Reply.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("nameAvailable", free)
                        .put("reason", !valid ? "Invalid" : free ? "Valid" : "AlreadyExists")
                        .put("message", message)
                        .toString());
    }

    /** What tiers there are, and where. */
    Reply skusOfAll(Call call) {
        ManagementEndpoint.allow(call, "GET");
        return regions.skusOfAll();
    }

    /** How an operation is. */
    Reply operationStatus(Call call, String id) {
        ManagementEndpoint.allow(call, "GET");
        return replies.status(call, id);
    }

    /** What an operation has led to. */
    Reply operationResult(Call call, String id) {
        ManagementEndpoint.allow(call, "GET");
        return replies.result(call, id);
    }

    private Reply put(Call call, ServicePath path) {
        ServiceWish wish = ServiceWish.read(Json.body(call), view.regions());
        Stored old = find(path.id());
        if (old != null) {
            return change(call, old, wish);
        }
        String ifMatch = call.header("If-Match");
        if (ifMatch != null) {
            throw ArmException.stale();
        }
        ServiceRules.name(path.name());
        Entry taken = store.get(Keys.serviceName(path.name()));
        if (taken != null) {
            throw new ArmException(
                    409,
                    "ServiceAlreadyExists",
                    "name: " + path.name() + " is the name of another service (expected: one that is free)",
                    "name");
        }
        Instant now = clock.instant();
        Operation operation = operation(Kind.CREATE, path.id(), call, now, false);
        ServiceDocument created = ServiceRules.created(path.id(), wish, operation.id(), now);
        String secret = Keys.secret(path.id());
        long revision = store.commit(Change.by(audit(call))
                .expect(Keys.resource(path.id()), 0)
                .expect(Keys.serviceName(path.name()), 0)
                .put(Keys.resource(path.id()), created.write())
                .put(Keys.serviceName(path.name()), path.id())
                .put(secret, box.seal(secret, hopSecret()))
                .put(Keys.operation(operation.id()), operation.write())
                .build());
        return replies.accepted(call, operation, created, shown(new Stored(created, revision), 201));
    }

    private static String hopSecret() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return JsonNodeFactory.instance
                .objectNode()
                .put("hopSecret", Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .toString();
    }

    private Reply patch(Call call, ServicePath path) {
        ObjectNode patch = Json.body(call);
        Stored old = get(path);
        ServiceRules.atRest(old.document);
        return change(call, old, ServiceWish.read(view.patched(old.document, patch), view.regions()));
    }

    private Reply change(Call call, Stored old, ServiceWish wish) {
        matches(call, old);
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        ServiceDocument next = ServiceRules.changed(old.document, wish, id);
        if (next.equals(old.document)) {
            return shown(old, 200);
        }
        String key = Keys.resource(next.id());
        Change.Builder change = Change.by(audit(call)).expect(key, old.revision).put(key, next.write());
        if (!id.equals(next.operation())) {
            return shown(new Stored(next, store.commit(change.build())), 200);
        }
        boolean leaves = next.additional().stream().anyMatch(Site::isLeaving);
        Operation operation =
                Operation.begin(id, Kind.UPDATE, next.id(), call.caller().name(), now, leaves);
        long revision =
                store.commit(change.put(Keys.operation(id), operation.write()).build());
        return replies.accepted(call, operation, next, shown(new Stored(next, revision), 202));
    }

    /** Nodes' addresses follow by themselves: this only waits until all have what is stored. */
    private Reply applyNetwork(Call call, ServicePath path) {
        Stored old = get(path);
        ServiceRules.atRest(old.document);
        matches(call, old);
        Operation operation = operation(Kind.UPDATE, old.document.id(), call, clock.instant(), false);
        ServiceDocument next = old.document.in(State.UPDATING, operation.id());
        long revision = store.commit(Change.by(audit(call))
                .expect(Keys.resource(next.id()), old.revision)
                .put(Keys.resource(next.id()), next.write())
                .put(Keys.operation(operation.id()), operation.write())
                .build());
        return replies.accepted(call, operation, next, shown(new Stored(next, revision), 202));
    }

    private Reply delete(Call call, ServicePath path) {
        Stored old = find(path.id());
        if (old == null) {
            return Reply.of(204);
        }
        matches(call, old);
        ServiceDocument service = old.document;
        if (service.state() == State.TERMINATING && service.operation() != null) {
            Operation before = operations.find(service.operation());
            if (before != null) {
                return replies.accepted(call, before, service, Reply.of(202));
            }
        }
        ServiceRules.atRest(service);
        Operation operation = operation(Kind.DELETE, service.id(), call, clock.instant(), false);
        String key = Keys.resource(service.id());
        store.commit(Change.by(audit(call))
                .expect(key, old.revision)
                .put(key, service.in(State.TERMINATING, operation.id()).write())
                .put(Keys.operation(operation.id()), operation.write())
                .build());
        return replies.accepted(call, operation, service, Reply.of(202));
    }

    private static void matches(Call call, Stored old) {
        if (!Etag.allows(call.header("If-Match"), old.revision)) {
            throw ArmException.stale();
        }
    }

    private static Operation operation(Kind kind, String service, Call call, Instant now, boolean leaves) {
        return Operation.begin(
                UUID.randomUUID().toString(), kind, service, call.caller().name(), now, leaves);
    }

    private static Change.Audit audit(Call call) {
        return new Change.Audit(call.caller().name(), call.method() + " " + call.path());
    }

    private @Nullable Reply show(String id) {
        Stored stored = find(id);
        return stored == null ? null : shown(stored, 200);
    }

    private Reply shown(Stored stored, int status) {
        return Reply.json(status, json(stored).toString()).with("ETag", Etag.quoted(stored.revision));
    }

    private ObjectNode json(Stored stored) {
        ServiceDocument service = stored.document;
        return view.of(service, stored.revision, fleet.nodes(service.name()));
    }
}
