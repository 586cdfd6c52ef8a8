package io.isochrone.control.history;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.Contents;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.PastChange;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What stands below {@code /control/v1} about the store as a whole:
 *
 * <pre>
 * GET  history?top=&amp;before=&amp;values=   audited changes, newest first; values below resources/ only, and only when asked for
 * GET  export                        an {@link ExportDocument}
 * POST import?force=                 takes one for all that is there
 * POST rollback?to=REVISION          by one audited commit
 * </pre>
 *
 * <p>Readers may see the history; operators may do all; nodes nothing.
 *
 * <p>Thread-safe.
 */
public final class HistoryEndpoint implements Endpoint {
    private static final int DEFAULT_TOP = 20;
    private static final int MAX_TOP = 100;
    /** Characters of values in one answer, after which the page ends. */
    private static final int PAGE_CHARACTERS = 4 << 20;

    private static final int HISTORY_PAGE = 100;
    private static final int TRIES = 5;
    private static final JsonMapper JSON = new JsonMapper();

    private final Store store;
    private final InstantSource clock;

    /** Over a store. */
    public HistoryEndpoint(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        return CompletableFuture.completedFuture(reply(call));
    }

    private Reply reply(Call call) {
        try {
            String path = call.path().toLowerCase(Locale.ROOT);
            return switch (path.substring(path.lastIndexOf('/') + 1)) {
                case "history" -> history(allowed(call, "GET", false));
                case "export" -> {
                    allowed(call, "GET", true);
                    yield export();
                }
                case "import" -> importAll(allowed(call, "POST", true));
                case "rollback" -> rollback(allowed(call, "POST", true));
                default -> throw ArmException.notFound(call.path());
            };
        } catch (ArmException e) {
            return e.status() == 405 ? e.reply().with("Allow", "GET, POST") : e.reply();
        } catch (ConflictException e) {
            return new ArmException(409, "Conflict", e.getMessage() + "; try again", null).reply();
        } catch (StoreException e) {
            return new ArmException(503, "ServiceUnavailable", String.valueOf(e.getMessage()), null).reply();
        }
    }

    private static Call allowed(Call call, String method, boolean changes) {
        Caller caller = call.caller();
        if (caller.role() == Caller.Role.NODE || (changes && !caller.mayChange())) {
            throw new ArmException(
                    403,
                    "AuthorizationFailed",
                    "role: " + caller.role().name().toLowerCase(Locale.ROOT) + " (expected: operator"
                            + (changes ? ")" : " or reader)"),
                    null);
        }
        if (!call.method().equals(method)) {
            throw new ArmException(
                    405, "MethodNotAllowed", "method: " + call.method() + " (expected: " + method + ")", null);
        }
        return call;
    }

    private Reply history(Call call) {
        int top = (int) number(call, "top", DEFAULT_TOP, 1, MAX_TOP);
        long before = number(call, "before", 0, 0, Long.MAX_VALUE);
        boolean values = "true".equalsIgnoreCase(call.parameter("values"));
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("value");
        List<PastChange> changes = store.history(before, top);
        long characters = 0;
        int shown = 0;
        for (PastChange change : changes) {
            if (values && shown > 0 && characters > PAGE_CHARACTERS) {
                break;
            }
            ObjectNode each = list.addObject()
                    .put("revision", change.revision())
                    .put("at", change.at().toString())
                    .put("who", change.audit().who())
                    .put("what", change.audit().what());
            ArrayNode keys = each.putArray("keys");
            for (PastChange.KeyChange key : change.keys()) {
                characters += show(keys.addObject(), key, values);
            }
            shown++;
        }
        if (shown > 0 && (shown < changes.size() || changes.size() == top)) {
            root.put("before", changes.get(shown - 1).revision());
        }
        return Reply.json(200, root.toString());
    }

    /** Without the values of what is never shown; how many characters there are. */
    private static long show(ObjectNode node, PastChange.KeyChange key, boolean values) {
        node.put("key", key.key());
        node.put("change", key.before() == null ? "created" : key.after() == null ? "deleted" : "changed");
        long characters = 0;
        if (values && key.key().startsWith(Keys.RESOURCES + "/")) {
            if (key.before() != null) {
                node.put("before", key.before());
                characters += key.before().length();
            }
            if (key.after() != null) {
                node.put("after", key.after());
                characters += key.after().length();
            }
        }
        return characters;
    }

    private Reply export() {
        Contents contents = store.list("");
        ExportDocument document =
                new ExportDocument(contents.revision(), clock.instant(), Difference.covered(contents));
        return Reply.json(200, document.json())
                .with("Content-Disposition", "attachment; filename=\"isochrone-" + contents.revision() + ".json\"");
    }

    private Reply importAll(Call call) {
        ExportDocument document;
        try {
            document = ExportDocument.parse(call.text());
        } catch (IllegalArgumentException e) {
            throw ArmException.invalid("body", String.valueOf(e.getMessage()));
        }
        Contents now = store.list("");
        Map<String, @Nullable String> target = new HashMap<>();
        Difference.covered(now).keySet().forEach(key -> target.put(key, null));
        if (!target.isEmpty() && !"true".equalsIgnoreCase(call.parameter("force"))) {
            throw new ArmException(
                    409,
                    "NotEmpty",
                    "force: missing (expected: true, because " + target.size()
                            + " entries are there, which the import takes away)",
                    null);
        }
        target.putAll(document.entries());
        Difference difference = Difference.of(now, target);
        List<Change> steps =
                difference.steps(call.caller().name(), "import of the export of revision " + document.revision());
        try {
            steps.forEach(Change::check);
        } catch (IllegalArgumentException e) {
            throw ArmException.invalid("entries", String.valueOf(e.getMessage()));
        }
        long revision = now.revision();
        for (int i = 0; i < steps.size(); i++) {
            try {
                revision = store.commit(steps.get(i));
            } catch (ConflictException e) {
                throw new ArmException(
                        409, "Conflict", cutShort(i, steps.size(), String.valueOf(e.getMessage())), null);
            } catch (StoreException e) {
                throw new ArmException(
                        503, "ServiceUnavailable", cutShort(i, steps.size(), String.valueOf(e.getMessage())), null);
            }
        }
        return done(revision, difference, steps.size());
    }

    private static String cutShort(int done, int steps, String why) {
        return why + "; " + done + " of " + steps
                + " steps of the import are done (expected: all; import it again with force=true)";
    }

    private Reply rollback(Call call) {
        long to = number(call, "to", -1, 1, Long.MAX_VALUE);
        for (int tries = 1; ; tries++) {
            Contents now = store.list("");
            if (to > now.revision()) {
                throw ArmException.invalid(
                        "to", "to: " + to + " (expected: at most " + now.revision() + ", the newest revision)");
            }
            List<PastChange> after = after(to);
            if (!after.isEmpty() && after.get(0).revision() > now.revision() && tries < TRIES) {
                continue;
            }
            Rollback rollback = Rollback.to(now, after);
            if (rollback.difference().isNone()) {
                return done(now.revision(), rollback.difference(), 0);
            }
            if (rollback.nearest() != 0) {
                throw new ArmException(
                        409,
                        "RollbackTooLarge",
                        "to: " + to + " changes "
                                + rollback.difference().edits().size() + " keys (expected: at most "
                                + Change.MAX_KEYS + " and " + Change.MAX_BYTES
                                + " bytes at once; go in steps, first to "
                                + rollback.nearest() + ")",
                        "to");
            }
            Change change =
                    rollback.difference().commit(new Change.Audit(call.caller().name(), "rollback to revision " + to));
            try {
                return done(store.commit(change), rollback.difference(), 1);
            } catch (ConflictException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    /** All audited changes above {@code to}, newest first; refused when older ones than that are not kept. */
    private List<PastChange> after(long to) {
        List<PastChange> after = new ArrayList<>();
        long before = 0;
        while (true) {
            List<PastChange> page = store.history(before, HISTORY_PAGE);
            for (PastChange change : page) {
                if (change.revision() <= to) {
                    return after;
                }
                after.add(change);
                before = change.revision();
            }
            if (page.size() < HISTORY_PAGE) {
                throw new ArmException(
                        409,
                        "HistoryTooShort",
                        "to: " + to + " (expected: "
                                + (after.isEmpty()
                                        ? "a history; nothing was changed yet"
                                        : "at least " + before + ", the oldest change kept")
                                + ")",
                        "to");
            }
        }
    }

    private static Reply done(long revision, Difference difference, int commits) {
        long deleted =
                difference.edits().stream().filter(edit -> edit.value() == null).count();
        ObjectNode root = JSON.createObjectNode();
        root.put("revision", revision).put("commits", commits);
        root.put("put", difference.edits().size() - deleted).put("deleted", deleted);
        return Reply.json(200, root.toString());
    }

    /** A whole number of the query; {@code fallback} when it is missing, unless that is below the least one. */
    private static long number(Call call, String name, long fallback, long least, long most) {
        String text = call.parameter(name);
        if (text == null && fallback >= least) {
            return fallback;
        }
        try {
            long value = Long.parseLong(String.valueOf(text));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw ArmException.invalid(
                name, name + ": " + text + " (expected: a number from " + least + " to " + most + ")");
    }
}
