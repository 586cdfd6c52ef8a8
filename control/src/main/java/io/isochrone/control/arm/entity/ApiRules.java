package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Call;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * APIs. One path leads to one API: revisions of the same API share it, and so do the versions of one version set. {@code NAME;rev=n}
 * is a revision of its own, which is not current; with the current one's number it names the current one. A document to import
 * gives what the body does not say, and all operations.
 *
 * <p>Thread-safe: no state.
 */
final class ApiRules implements EntityRules {
    private static final Pattern REVISION = Pattern.compile("(.+);rev=([0-9]{1,9})", Pattern.CASE_INSENSITIVE);
    private static final String NAME_SET = "apiVersionSetId";

    static final Schema SCHEMA = Schema.of(
            Schema.must("displayName", Kinds.text(1, 300)),
            Schema.may("description", Kinds.text(0, 1000)),
            Schema.must(
                    "path",
                    Kinds.pattern(
                            400,
                            "|[A-Za-z0-9._~!$'()*,;=:@-]+(/[A-Za-z0-9._~!$'()*,;=:@-]+)*",
                            "segments parted by single slashes, such as orders or a/b; none at the ends")),
            Schema.usually(
                    "protocols",
                    Kinds.list(1, 4, Kinds.oneOf("http", "https", "ws", "wss")),
                    JsonNodeFactory.instance.arrayNode().add("https")),
            Schema.may("serviceUrl", Kinds.url(2000, "http", "https", "ws", "wss")),
            Schema.usually("subscriptionRequired", Kinds.BOOL, true),
            Schema.usually(
                    "subscriptionKeyParameterNames",
                    keyNames(),
                    keyNames().object(JsonNodeFactory.instance.objectNode(), "", new Faults())),
            Schema.may("apiRevision", Kinds.pattern(9, "[0-9]{1,9}", "a whole number")),
            Schema.may("apiRevisionDescription", Kinds.text(0, 256)),
            Schema.may("apiVersion", Kinds.text(0, 100)),
            Schema.may("apiVersionDescription", Kinds.text(0, 256)),
            Schema.may(NAME_SET, Kinds.text(1, 600)),
            Schema.usually("type", Kinds.oneOf("http", "websocket"), "http"));

    private static Schema keyNames() {
        String token = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
        return Schema.of(
                Schema.usually("header", Kinds.pattern(100, token, "a header's name"), "Ocp-Apim-Subscription-Key"),
                Schema.usually("query", Kinds.pattern(100, token, "a parameter's name"), "subscription-key"));
    }

    /** The name without a revision. */
    static String base(String name) {
        Matcher matcher = REVISION.matcher(name);
        return matcher.matches() ? matcher.group(1) : name;
    }

    /** The revision that a name asks for, or null. */
    static @Nullable String revision(String name) {
        Matcher matcher = REVISION.matcher(name);
        return matcher.matches() ? String.valueOf(Integer.parseInt(matcher.group(2))) : null;
    }

    @Override
    public void before(Edit edit, Draft draft) {
        OpenApiImport.before(edit, draft);
        String revision = revision(draft.name());
        if (revision == null) {
            if (!draft.given().hasNonNull("apiRevision")) {
                draft.given()
                        .put(
                                "apiRevision",
                                draft.existing() == null
                                        ? "1"
                                        : draft.existing().text("apiRevision"));
            }
        } else {
            Entity current = edit.require(draft.collection() + "/" + base(draft.name()));
            draft.given().put("apiRevision", revision);
            draft.given().put("path", current.text("path"));
            for (String each : List.of("displayName", "serviceUrl")) {
                if (!draft.given().hasNonNull(each) && current.properties().has(each)) {
                    draft.given().put(each, current.text(each));
                }
            }
        }
    }

    @Override
    public void after(Edit edit, Draft draft) {
        ObjectNode properties = draft.properties();
        String name = base(draft.name());
        boolean isCurrent = revision(draft.name()) == null;
        properties.put("isCurrent", isCurrent);
        for (JsonNode each : properties.path("protocols")) {
            boolean socket = each.asText().startsWith("ws");
            if (socket != properties.path("type").asText().equals("websocket")) {
                draft.faults().add("properties.protocols", each + " (expected: protocols of the type)");
            }
        }
        if (isCurrent) {
            String path = properties.path("path").asText();
            for (Entity other : edit.members(draft.collection())) {
                if (base(other.name()).equalsIgnoreCase(name)) {
                    ownRevision(edit, draft, other);
                } else {
                    samePath(draft, other, path);
                }
            }
        }
        if (draft.faults().isEmpty()) {
            OpenApiImport.after(edit, draft);
        }
    }

    /** A revision follows its API's path; its number stays its own. */
    private static void ownRevision(Edit edit, Draft draft, Entity other) {
        if (revision(other.name()) == null) {
            return;
        }
        if (other.text("apiRevision")
                .equals(draft.properties().path("apiRevision").asText())) {
            draft.faults().add("properties.apiRevision", "a revision has it already (expected: another number)");
        }
        String path = draft.properties().path("path").asText();
        if (!other.text("path").equals(path)) {
            ObjectNode moved = other.properties().deepCopy();
            moved.put("path", path);
            edit.put(new Entity(other.id(), moved, 0), EntityTable.type("apis"));
        }
    }

    private static void samePath(Draft draft, Entity other, String path) {
        if (!other.text("path").equalsIgnoreCase(path)) {
            return;
        }
        String set = draft.properties().path(NAME_SET).asText();
        boolean versions = !set.isEmpty()
                && set.equalsIgnoreCase(other.text(NAME_SET))
                && !other.text("apiVersion")
                        .equalsIgnoreCase(draft.properties().path("apiVersion").asText());
        if (!versions) {
            draft.faults()
                    .add(
                            "properties.path",
                            "\"" + path + "\" is the path of the API '" + other.name()
                                    + "' (expected: one of its own, or another version in the same version set)");
        }
    }

    @Override
    public void delete(Edit edit, Entity api, Call call) {
        String collection = api.id().substring(0, api.id().lastIndexOf('/'));
        if (revision(api.name()) != null) {
            return;
        }
        for (Entity other : edit.members(collection)) {
            if (revision(other.name()) != null && base(other.name()).equalsIgnoreCase(api.name())) {
                if (!"true".equalsIgnoreCase(call.parameter("deleteRevisions"))) {
                    throw EntityRules.conflict("API '" + api.name() + "' has the revision " + other.text("apiRevision")
                            + ". Delete it first, or delete with deleteRevisions=true.");
                }
                edit.delete(other.id());
            }
        }
        SubscriptionRules.deleteOf(edit, api.id());
        String link = "/apis/" + api.name().toLowerCase(Locale.ROOT);
        for (Entry each : edit.everything()) {
            String key = each.key();
            if (key.endsWith(link) && !key.equals(Keys.resource(api.id()))) {
                edit.delete(Entity.of(each).id());
            }
        }
    }

    /** What an id of an API really names: a revision that is the current one is the API itself. */
    static String resolved(Edit edit, String id) {
        String name = id.substring(id.lastIndexOf('/') + 1);
        String revision = revision(name);
        if (revision == null) {
            return id;
        }
        String plain = id.substring(0, id.lastIndexOf('/') + 1) + base(name);
        Entity current = edit.get(plain);
        return current != null && current.text("apiRevision").equals(revision) ? plain : plain + ";rev=" + revision;
    }

    @Override
    public ObjectNode shown(Edit edit, Entity entity, Call call, boolean read) {
        return entity.properties().deepCopy().put("provisioningState", "Succeeded");
    }
}
