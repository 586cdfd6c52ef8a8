package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.EntityHandler;
import io.isochrone.control.arm.Etag;
import io.isochrone.control.arm.Json;
import io.isochrone.control.arm.Pages;
import io.isochrone.control.arm.ServicePath;
import io.isochrone.control.arm.entity.EntityTable.EntityType;
import io.isochrone.control.arm.entity.EntityTable.Form;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls for the configuration entities of a service. Changes of one service follow one another: in this process by a lock, among
 * replicas by the guard entry, at which the later one begins again.
 *
 * <p>Entities whose changes the contract lets take time are answered when they are done, with 200 or 201 and a terminal
 * {@code provisioningState}, which its clients take as the end.
 *
 * <p>Thread-safe.
 */
public final class Entities implements EntityHandler {
    private static final int ATTEMPTS = 20;

    private final Store store;
    private final SecretBox box;
    private final EntityTable table;
    private final ReentrantLock[] locks = new ReentrantLock[16];

    /** With a source of keys that nobody can guess. */
    public Entities(Store store, SecretBox box, RandomGenerator random, InstantSource clock) {
        this.store = store;
        this.box = box;
        table = new EntityTable(random, clock);
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Which entity a path names: {@code ancestors} must be there, the nearest last. */
    private record Target(EntityType type, String id, List<String> ancestors) {}

    @Override
    public Reply answer(Call call, ServicePath service, List<String> rest) {
        try {
            Reply reply = routed(call, service.id(), rest);
            return call.method().equals("HEAD") ? new Reply(reply.status(), reply.headers(), new byte[0]) : reply;
        } catch (ArmException e) {
            if (call.method().equals("HEAD")) {
                return Reply.of(e.status());
            }
            throw e;
        } catch (StoreException e) {
            throw new ArmException(503, "StoreUnavailable", String.valueOf(e.getMessage()), null);
        } catch (SecretBox.UnsealException e) {
            throw new ArmException(
                    500,
                    "InternalServerError",
                    "A secret does not open with this control plane's " + SecretBox.FILE
                            + " (expected: the file that it was sealed with; replicas share one).",
                    null);
        }
    }

    private Reply routed(Call call, String service, List<String> rest) {
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        if (call.caller().role() == Caller.Role.NODE || !reads && !call.caller().mayChange()) {
            throw new ArmException(
                    403,
                    "AuthorizationFailed",
                    "The caller '" + call.caller().name() + "' may not do this (expected: a token of role operator).",
                    null);
        }
        if (rest.size() % 2 == 0) {
            return entity(call, service, rest);
        }
        if (call.method().equals("POST") && rest.size() > 1) {
            return changed(call, service, edit -> action(edit, call, rest));
        }
        if (!call.method().equals("GET")) {
            known(service, rest);
            throw ArmException.method(call.method(), "GET");
        }
        return list(reading(service), call, rest);
    }

    private void known(String service, List<String> rest) {
        if (type(rest) == null && rest.size() != 3) {
            throw ArmException.notFound(service + "/" + String.join("/", rest));
        }
    }

    private Reply entity(Call call, String service, List<String> rest) {
        return switch (call.method()) {
            case "GET", "HEAD" -> get(reading(service), call, rest);
            case "PUT" -> changed(call, service, edit -> put(edit, call, target(edit, rest), false));
            case "PATCH" -> changed(call, service, edit -> put(edit, call, target(edit, rest), true));
            case "DELETE" -> changed(call, service, edit -> delete(edit, call, target(edit, rest)));
            default -> throw ArmException.method(call.method(), "GET, HEAD, PUT, PATCH, DELETE");
        };
    }

    private Edit reading(String service) {
        return new Edit(store, box, service, new Change.Audit("", ""));
    }

    private Reply changed(Call call, String service, Function<Edit, Reply> change) {
        Change.Audit audit = new Change.Audit(call.caller().name(), call.method() + " " + call.path());
        ReentrantLock lock =
                locks[Math.floorMod(service.toLowerCase(Locale.ROOT).hashCode(), locks.length)];
        lock.lock();
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                try {
                    return change.apply(new Edit(store, box, service, audit));
                } catch (ConflictException e) {
                    // somebody else was first; what is there now is read again
                }
            }
        } finally {
            lock.unlock();
        }
        throw EntityRules.conflict("Others changed the service " + ATTEMPTS + " times meanwhile. Repeat the call.");
    }

    /** The kind of the entities in a collection, by the words of a path at even places; null: no such collection. */
    private @Nullable EntityType type(List<String> words) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < words.size(); i += 2) {
            path.append(i == 0 ? "" : "/").append(words.get(i));
        }
        return table.get(path.toString());
    }

    private Target target(Edit edit, List<String> rest) {
        EntityType type = type(rest);
        if (type == null) {
            throw ArmException.notFound(edit.service() + "/" + String.join("/", rest));
        }
        String[] collections = type.path().split("/");
        String id = edit.service();
        List<String> ancestors = new ArrayList<>();
        for (int i = 0; i < collections.length; i++) {
            String name = rest.get(2 * i + 1);
            boolean last = i == collections.length - 1;
            if (!EntityTable.isName(name) || last && name.length() > type.longestName()) {
                throw new ArmException(
                        last ? 400 : 404,
                        last ? "ValidationError" : "ResourceNotFound",
                        collections[i] + ": \"" + name + "\" (expected: 1 to " + (last ? type.longestName() : 256)
                                + " printable ASCII characters but *#&+:<>?/\\%\", no blanks at the ends)",
                        "name");
            }
            id = id + "/" + collections[i] + "/" + named(collections[i], name, id);
            if (collections[i].equals("apis")) {
                id = type.form() == Form.LINK
                        ? id.substring(0, id.lastIndexOf('/') + 1) + ApiRules.base(name)
                        : ApiRules.resolved(edit, id);
            }
            Entity there = edit.get(id);
            id = there == null ? id : there.id();
            if (!last) {
                ancestors.add(id);
            }
        }
        return new Target(type, id, ancestors);
    }

    private static String named(String collection, String name, String parent) {
        if (!collection.equals("policies")) {
            return name;
        }
        if (!name.equalsIgnoreCase("policy")) {
            throw ArmException.notFound(parent + "/policies/" + name);
        }
        return "policy";
    }

    private static @Nullable Entity existing(Edit edit, Target target) {
        target.ancestors().forEach(edit::require);
        return edit.get(target.id());
    }

    private Reply get(Edit edit, Call call, List<String> rest) {
        Target target = target(edit, rest);
        Entity entity = existing(edit, target);
        if (entity == null) {
            throw ArmException.notFound(target.id());
        }
        if (target.type().form() == Form.LINK) {
            if (call.method().equals("GET")) {
                throw ArmException.method("GET", "PUT, HEAD, DELETE");
            }
            boolean product = target.type().path().equals("products/apis");
            return Reply.of(product ? 204 : 200).with("ETag", Etag.quoted(entity.revision()));
        }
        ObjectNode shown =
                target.type().rules().shown(edit, entity, call, call.method().equals("GET"));
        String xml = target.type().rules() instanceof PolicyRules ? xmlAccepted(call) : null;
        Reply reply = xml == null
                ? Reply.json(200, entity.document(target.type().label(), shown).toString())
                : new Reply(
                        200,
                        Map.of("Content-Type", xml),
                        shown.path("value").asText().getBytes(StandardCharsets.UTF_8));
        return reply.with("ETag", Etag.quoted(entity.revision()));
    }

    /** The XML type that a caller wants who takes no JSON, or null. */
    private static @Nullable String xmlAccepted(Call call) {
        String accept = call.header("Accept");
        if (accept == null || accept.contains("json") || accept.contains("*/*")) {
            return null;
        }
        String first = accept.split("[,;]", 2)[0].strip();
        return first.matches("application/[a-z0-9.+-]*xml") ? first + "; charset=utf-8" : null;
    }

    private Reply put(Edit edit, Call call, Target target, boolean isPatch) {
        EntityType type = target.type();
        if (isPatch && type.form() != Form.WHOLE) {
            throw ArmException.method(
                    "PATCH", type.form() == Form.LINK ? "PUT, HEAD, DELETE" : "GET, HEAD, PUT, DELETE");
        }
        Entity existing = existing(edit, target);
        String ifMatch = isPatch ? required(call) : call.header("If-Match");
        if (isPatch && existing == null) {
            throw ArmException.notFound(target.id());
        }
        // clients of the contract send "*" with every PUT, also when they create
        boolean holds = existing == null
                ? ifMatch == null || ifMatch.strip().equals("*")
                : Etag.allows(ifMatch, existing.revision());
        if (!holds) {
            throw ArmException.stale();
        }
        if (type.form() == Form.LINK) {
            return link(edit, call, target, existing);
        }
        ObjectNode body = body(call);
        ObjectNode given = isPatch && existing != null ? existing.properties().deepCopy() : body.deepCopy();
        if (isPatch) {
            given.setAll(body);
        }
        Faults faults = new Faults();
        EntityRules.Draft draft = new EntityRules.Draft(
                target.id(),
                body,
                given,
                JsonNodeFactory.instance.objectNode(),
                existing,
                isPatch,
                faults,
                new ArrayList<>());
        type.rules().before(edit, draft);
        draft.properties().setAll(type.schema().object(draft.given(), "properties", faults));
        edit.begin(target.id());
        type.rules().after(edit, draft);
        faults.refuse();
        Entity entity = new Entity(target.id(), draft.properties(), 0);
        edit.put(entity, type.label());
        long revision = edit.commit();
        ObjectNode shown = type.rules().shown(edit, entity, call, false);
        return Reply.json(
                        existing == null ? 201 : 200,
                        entity.document(type.label(), shown).toString())
                .with("ETag", Etag.quoted(revision));
    }

    private Reply link(Edit edit, Call call, Target target, @Nullable Entity existing) {
        EntityType apis = Objects.requireNonNull(table.get("apis"));
        String name = target.id().substring(target.id().lastIndexOf('/') + 1);
        Entity api = edit.require(edit.service() + "/apis/" + name);
        long revision;
        if (existing == null) {
            String id = target.id().substring(0, target.id().lastIndexOf('/') + 1) + api.name();
            edit.put(
                    new Entity(id, JsonNodeFactory.instance.objectNode(), 0),
                    target.type().label());
            revision = edit.commit();
        } else {
            revision = existing.revision();
        }
        ObjectNode shown = apis.rules().shown(edit, api, call, false);
        return Reply.json(
                        existing == null ? 201 : 200,
                        api.document(apis.label(), shown).toString())
                .with("ETag", Etag.quoted(revision));
    }

    private static String required(Call call) {
        String ifMatch = call.header("If-Match");
        if (ifMatch == null || ifMatch.isBlank()) {
            throw new ArmException(
                    428,
                    "PreconditionRequired",
                    "If-Match: missing (expected: the ETag that the resource had when it was read, or *)",
                    null);
        }
        return ifMatch;
    }

    private static ObjectNode body(Call call) {
        JsonNode properties = Json.body(call).get("properties");
        if (properties == null || properties.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (properties instanceof ObjectNode object) {
            return object;
        }
        throw ArmException.invalid("properties", "properties: " + Kinds.shown(properties) + " (expected: an object)");
    }

    private Reply delete(Edit edit, Call call, Target target) {
        boolean link = target.type().form() == Form.LINK;
        String ifMatch = link ? call.header("If-Match") : required(call);
        Entity existing = existing(edit, target);
        if (existing == null) {
            return Reply.of(204);
        }
        if (!Etag.allows(ifMatch, existing.revision())) {
            throw ArmException.stale();
        }
        target.type().rules().delete(edit, existing, call);
        edit.delete(existing.id());
        edit.commit();
        return Reply.of(200);
    }

    private Reply action(Edit edit, Call call, List<String> rest) {
        Target target = target(edit, rest.subList(0, rest.size() - 1));
        Entity entity = existing(edit, target);
        if (entity == null) {
            throw ArmException.notFound(target.id());
        }
        String action = rest.get(rest.size() - 1);
        Reply reply = target.type().rules().act(edit, entity, action.toLowerCase(Locale.ROOT), call);
        if (reply == null) {
            throw ArmException.notFound(target.id() + "/" + action);
        }
        return reply;
    }

    private Reply list(Edit edit, Call call, List<String> rest) {
        EntityType type = type(rest);
        List<Entity> members;
        if (type != null && type.form() != Form.LINK) {
            members = members(edit, rest, type);
        } else if (rest.size() == 3) {
            Target owner = target(edit, rest.subList(0, 2));
            EntityLists.Listed listed =
                    EntityLists.of(edit, edit.require(owner.id()), owner.type().path(), rest.get(2));
            type = listed == null ? null : table.get(listed.path());
            members = listed == null ? List.of() : listed.members();
        } else {
            members = List.of();
        }
        if (type == null) {
            throw ArmException.notFound(edit.service() + "/" + String.join("/", rest));
        }
        Predicate<ObjectNode> filter =
                Filter.of(call.parameter("$filter"), type.schema().names());
        List<ObjectNode> shown = new ArrayList<>();
        for (Entity each : members) {
            ObjectNode document = each.document(type.label(), type.rules().shown(edit, each, call, false));
            if (filter.test(document)) {
                shown.add(document);
            }
        }
        return Pages.of(call, shown);
    }

    private List<Entity> members(Edit edit, List<String> rest, EntityType type) {
        if (rest.size() == 1) {
            List<Entity> all = edit.members(edit.service() + "/" + type.path());
            return type.path().equals("apis")
                    ? all.stream().filter(each -> each.is("isCurrent")).toList()
                    : all;
        }
        Target parent = target(edit, rest.subList(0, rest.size() - 1));
        if (existing(edit, parent) == null) {
            throw ArmException.notFound(parent.id());
        }
        return edit.members(parent.id() + "/" + type.collection());
    }
}
