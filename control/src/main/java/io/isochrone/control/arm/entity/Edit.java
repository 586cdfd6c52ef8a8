package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.Json;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of a service's entities: what is there, and what will be written. Every commit also writes the service's guard entry and
 * depends on the revision that it had first, so what was read still holds when it is written, whoever else writes.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Edit {
    /** Most keys written by one commit; the guard and the service's own entry come on top. */
    static final int STEP = Change.MAX_KEYS - 10;

    private static final int MAX_BYTES = 1_000_000;

    /** Collections whose entities may have secrets. */
    private static final List<String> SEALED = List.of("/subscriptions/", "/namedvalues/", "/backends/", "/gateways/");

    private final Store store;
    private final SecretBox box;
    private final String service;
    private final String guard;
    private final Change.Audit audit;
    private final Entry serviceEntry;
    private long guardRevision;
    private final Map<String, @Nullable String> writes = new LinkedHashMap<>();

    /** Reads the guard before anything else. Throws 404 when there is no such service. */
    Edit(Store store, SecretBox box, String service, Change.Audit audit) {
        this.store = store;
        this.box = box;
        this.service = service;
        this.audit = audit;
        guard = Keys.entities(service.substring(service.lastIndexOf('/') + 1));
        Entry guarded = store.get(guard);
        guardRevision = guarded == null ? 0 : guarded.revision();
        Entry entry = store.get(Keys.resource(service));
        if (entry == null) {
            throw ArmException.notFound(service);
        }
        serviceEntry = entry;
    }

    /** The id of the service. */
    String service() {
        return service;
    }

    /** An entity by its id, as it was before this edit, or null. */
    @Nullable
    Entity get(String id) {
        Entry entry = store.get(Keys.resource(id));
        return entry == null ? null : Entity.of(entry);
    }

    /** An entity that must be there; 404 otherwise. */
    Entity require(String id) {
        Entity entity = get(id);
        if (entity == null) {
            throw ArmException.notFound(id);
        }
        return entity;
    }

    /** The entities right below a collection such as {@code …/apis}, in order of key. */
    List<Entity> members(String collection) {
        List<Entity> members = new ArrayList<>();
        String prefix = Keys.resource(collection) + "/";
        for (Entry each : store.list(prefix).entries()) {
            if (each.key().indexOf('/', prefix.length()) < 0) {
                members.add(Entity.of(each));
            }
        }
        return members;
    }

    /** All entries of the service. */
    List<Entry> everything() {
        return store.list(Keys.resource(service) + "/").entries();
    }

    /** What belongs to an entity and is never shown, or null. */
    @Nullable
    JsonNode secret(String id) {
        Entry entry = store.get(Keys.secret(id));
        return entry == null ? null : Json.stored(box.unseal(entry.key(), entry.value()));
    }

    /** Writes this entity in the first step, whatever else is written before it is known whole. */
    void begin(String id) {
        writes.put(Keys.resource(id), null);
    }

    /** Will write an entity. */
    void put(Entity entity, String type) {
        String value = entity.document(type, entity.properties()).toString();
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw ArmException.invalid(
                    "properties", "properties: " + bytes + " bytes as JSON (expected: at most " + MAX_BYTES + ")");
        }
        writes.put(Keys.resource(entity.id()), value);
    }

    /** Will write a secret. */
    void putSecret(String id, ObjectNode secret) {
        String key = Keys.secret(id);
        writes.put(key, box.seal(key, secret.toString()));
    }

    /** Will delete an entity's secret. */
    void deleteSecret(String id) {
        writes.put(Keys.secret(id), null);
    }

    /** Will delete an entity with all that is below it, the deepest first. */
    void delete(String id) {
        List<Entry> below = store.list(Keys.resource(id) + "/").entries();
        for (int i = below.size() - 1; i >= 0; i--) {
            deleteKey(below.get(i).key());
        }
        deleteKey(Keys.resource(id));
    }

    private void deleteKey(String resource) {
        writes.put(resource, null);
        String below = resource.substring(Keys.resource(service).length());
        if (SEALED.stream().anyMatch(below::startsWith)) {
            writes.put(Keys.SECRETS + resource.substring(Keys.RESOURCES.length()), null);
        }
    }

    /**
     * Writes all, in steps of at most {@value #STEP} keys when there are more, and returns the revision of the first. A process that
     * ends between two steps leaves the first ones done; the same call again does the rest.
     *
     * @throws ConflictException when somebody else wrote meanwhile and nothing is done
     */
    long commit() {
        long first = 0;
        Iterator<Map.Entry<String, @Nullable String>> all = writes.entrySet().iterator();
        while (all.hasNext()) {
            Change.Builder change = Change.by(audit)
                    .expect(guard, guardRevision)
                    .expect(Keys.resource(service), serviceEntry.revision())
                    .put(guard, "{}");
            for (int i = 0; i < STEP - 3 && all.hasNext(); i++) {
                Map.Entry<String, @Nullable String> each = all.next();
                String value = each.getValue();
                if (value == null) {
                    change.delete(each.getKey());
                } else {
                    change.put(each.getKey(), value);
                }
            }
            try {
                guardRevision = store.commit(change.build());
            } catch (ConflictException e) {
                if (first == 0) {
                    throw e;
                }
                throw new ArmException(
                        409,
                        "Conflict",
                        "Another change came between the steps of this one, of which the first are done. Repeat the call.",
                        null);
            }
            first = first == 0 ? guardRevision : first;
        }
        writes.clear();
        return first;
    }

    /** The part of an id below the service, in lower case, such as {@code /apis/echo}. */
    String below(String id) {
        return id.substring(service.length()).toLowerCase(Locale.ROOT);
    }
}
