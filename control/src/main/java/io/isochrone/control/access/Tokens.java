package io.isochrone.control.access;

import io.isochrone.control.http.Authenticator;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens: made, looked up, taken back. A token is looked up by its id, which is in its text; good ones are remembered until
 * anything in the store changes, so that one taken back by any replica is refused as soon as the store tells, and at once by the
 * replica that took it back.
 *
 * <p>Thread-safe: a lock around what is remembered, not held while the store is asked.
 */
public final class Tokens implements Authenticator, AutoCloseable {
    private static final String PREFIX = "tokens/";
    private static final int MOST_REMEMBERED = 10_000;

    private final Store store;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Elsewhere elsewhere;
    private final FailureLimit limit = new FailureLimit();
    private final Map<String, Token> remembered = new HashMap<>();
    private final Store.Watch watch;
    private long changes;

    /** Where a request without {@code Authorization} may have its token. Thread-safe. */
    public interface Elsewhere {
        /** The token, or null; headers by lower-case name. */
        @Nullable
        String token(String method, Map<String, String> headers);
    }

    /** Over a store, which it does not close; {@code nanos} is a monotonic clock. */
    public Tokens(Store store, InstantSource clock, LongSupplier nanos, Elsewhere elsewhere) {
        this.elsewhere = elsewhere;
        this.store = store;
        this.clock = clock;
        this.nanos = nanos;
        this.watch = store.watch(revision -> forget());
    }

    @Override
    public Verdict check(@Nullable String authorization, String address) {
        if (authorization == null) {
            return refused("Authorization: missing (expected: Bearer TOKEN)");
        }
        int blank = authorization.indexOf(' ');
        boolean bearer = blank > 0 && authorization.substring(0, blank).equalsIgnoreCase("Bearer");
        Token.Shown shown =
                bearer ? Token.shown(authorization.substring(blank + 1).strip()) : null;
        Token known = shown == null ? null : remembered(shown.id());
        if (known != null && shown != null && known.is(shown.secret())) {
            return Verdict.of(known.caller());
        }
        Reply wait = mustWait(address);
        if (wait != null) {
            return Verdict.refused(wait);
        }
        Token token = shown == null ? null : look(shown.id());
        if (token == null || shown == null || !token.is(shown.secret())) {
            failed(address);
            return refused("Authorization: a token that is not known here (expected: one made by this control plane"
                    + " and not taken back)");
        }
        return Verdict.of(token.caller());
    }

    @Override
    public @Nullable String elsewhere(String method, Map<String, String> headers) {
        return elsewhere.token(method, headers);
    }

    @Override
    public @Nullable Reply mustWait(String address) {
        long wait = limit.waitSeconds(address, nanos.getAsLong());
        return wait == 0
                ? null
                : Reply.error(
                                429,
                                "TooManyRequests",
                                "Too many bad tokens from this address; try again in " + wait + " s.")
                        .with("Retry-After", String.valueOf(wait));
    }

    @Override
    public void failed(String address) {
        limit.failed(address, nanos.getAsLong());
    }

    /** Whose a token is, or null; guesses are not counted. */
    public @Nullable Caller whose(String text) {
        Token.Shown shown = Token.shown(text);
        Token known = shown == null ? null : remembered(shown.id());
        Token token = known != null || shown == null ? known : look(shown.id());
        return token != null && shown != null && token.is(shown.secret()) ? token.caller() : null;
    }

    /** Makes a token; its text is in the result and nowhere else. */
    public Token.Issued create(Caller caller, String by) {
        Token.Issued issued = Token.issue(caller, clock.instant(), by);
        String key = Keys.token(issued.token().id());
        store.commit(
                Change.by(new Change.Audit(by, "create token " + issued.token().id() + " for " + caller.name()))
                        .expect(key, 0)
                        .put(key, issued.token().write())
                        .build());
        return issued;
    }

    /** Takes a token back at once; false when there is none. */
    public boolean revoke(String id, String by) {
        String key = Keys.token(id);
        Entry entry = store.get(key);
        if (entry == null) {
            return false;
        }
        store.commit(Change.by(new Change.Audit(by, "revoke token " + id))
                .delete(key)
                .build());
        forget();
        return true;
    }

    /** All tokens, in order of id. */
    public List<Token> all() {
        return store.list(PREFIX).entries().stream()
                .map(entry -> Token.read(entry.value()))
                .toList();
    }

    /**
     * Makes the first operator's token when there is no operator's, and writes it into {@code file}, which only the owner may read.
     * Returns whether it did.
     */
    public boolean first(Path file) throws IOException {
        if (all().stream().anyMatch(token -> token.caller().role() == Caller.Role.OPERATOR)) {
            return false;
        }
        Token.Issued issued =
                create(new Caller("first operator", Caller.Role.OPERATOR, null, null), "control plane's first start");
        SecretFiles.write(file, issued.text() + "\n");
        return true;
    }

    @Override
    public void close() {
        watch.close();
    }

    private @Nullable Token look(String id) {
        long before = changes();
        Entry entry = store.get(Keys.token(id));
        if (entry == null) {
            return null;
        }
        Token token = Token.read(entry.value());
        remember(token, before);
        return token;
    }

    private synchronized @Nullable Token remembered(String id) {
        return remembered.get(id);
    }

    private synchronized long changes() {
        return changes;
    }

    /** What was read before a change may be from before it: it is not remembered then. */
    private synchronized void remember(Token token, long before) {
        if (changes == before) {
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(token.id(), token);
        }
    }

    private synchronized void forget() {
        changes++;
        remembered.clear();
    }

    private static Verdict refused(String message) {
        return Verdict.refused(Reply.error(401, "AuthenticationFailed", message)
                .with("WWW-Authenticate", "Bearer realm=\"isochrone\", error=\"invalid_token\""));
    }
}
