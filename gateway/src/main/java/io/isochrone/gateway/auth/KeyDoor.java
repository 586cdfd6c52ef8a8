package io.isochrone.gateway.auth;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.KeyCheck;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.http.RequestHead;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Asks callers for their subscription key, in the words of Azure API Management. The key is forwarded to the backend, as there.
 *
 * <p>Thread-safe: each event loop hashes with buffers of its own; counts are adders.
 */
public final class KeyDoor {
    static final String MISSING =
            "Access denied due to missing subscription key. Make sure to include subscription key when"
                    + " making requests to an API.";
    static final String INVALID =
            "Access denied due to invalid subscription key. Make sure to provide a valid key for an"
                    + " active subscription.";

    private final FastThreadLocal<KeyHash> hashes = new FastThreadLocal<>() {
        @Override
        protected KeyHash initialValue() {
            return new KeyHash();
        }
    };
    /** Names of header fields as they were written, in lower case; as many as the configuration ever had. */
    private final Map<String, String> lowerNames = new ConcurrentHashMap<>();

    private final Map<Verdict, LongAdder> counts = new EnumMap<>(Verdict.class);

    public KeyDoor() {
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, new LongAdder());
        }
    }

    /** The refusal of a request without a good key; null when it may go on. */
    public @Nullable LocalAnswer refusal(RequestHead head, Api api, Subscriptions subscriptions, boolean tls) {
        KeyCheck check = api.keys();
        if (!check.isRequired()) {
            return null;
        }
        Verdict verdict = judge(head, check, api.name(), subscriptions);
        counter(verdict).increment();
        if (verdict == Verdict.GRANTED) {
            return null;
        }
        return LocalAnswer.of(
                Outcome.UNAUTHORIZED,
                verdict == Verdict.MISSING ? MISSING : INVALID,
                Map.of("WWW-Authenticate", challenge(head, api, tls)),
                api.name());
    }

    private Verdict judge(RequestHead head, KeyCheck check, String api, Subscriptions subscriptions) {
        KeyHash hash = hashes.get();
        String header = lowerNames.get(check.header());
        if (header == null) {
            header = lowerNames.computeIfAbsent(check.header(), name -> name.toLowerCase(Locale.ROOT));
        }
        String sent = head.header(header);
        if (sent != null) {
            return sent.isEmpty() ? Verdict.MISSING : subscriptions.judge(hash.ofHeader(sent), api);
        }
        String query = head.query();
        int from = query == null ? -1 : parameter(query, check.query());
        if (query == null || from < 0) {
            return Verdict.MISSING;
        }
        int end = query.indexOf('&', from);
        int to = end < 0 ? query.length() : end;
        return from == to ? Verdict.MISSING : subscriptions.judge(hash.ofQuery(query, from, to), api);
    }

    /** Where the value of the first parameter of that name begins, in any case; -1 when there is none. No allocation. */
    static int parameter(String query, String name) {
        int at = 0;
        while (at < query.length()) {
            int equals = at + name.length();
            if (query.regionMatches(true, at, name, 0, name.length())
                    && equals < query.length()
                    && query.charAt(equals) == '=') {
                return equals + 1;
            }
            int next = query.indexOf('&', at);
            if (next < 0) {
                return -1;
            }
            at = next + 1;
        }
        return -1;
    }

    private static String challenge(RequestHead head, Api api, boolean tls) {
        String host = head.host();
        boolean plain = host.indexOf('"') < 0 && host.indexOf('\\') < 0;
        return "AzureApiManagementKey realm=\"" + (tls ? "https://" : "http://") + (plain ? host : "") + api.path()
                + "\",name=\"" + api.keys().header() + "\",type=\"header\"";
    }

    /** How many keys were judged so. */
    public long count(Verdict verdict) {
        return counter(verdict).sum();
    }

    private LongAdder counter(Verdict verdict) {
        return Objects.requireNonNull(counts.get(verdict));
    }
}
