package io.isochrone.control.http;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a browser stays signed in: the bearer token itself, where no script can read it.
 *
 * <p>In the page's own storage the token could be read by any script that ever got into the page; the cookie is {@code HttpOnly}. The control
 * plane keeps no sessions, so that every replica takes it, also after a restart, and a token that is taken back ends its sessions at once.
 *
 * <p>A browser adds cookies to requests that other sites make it send. Three things are against that: {@code SameSite=Strict};
 * the cookie counts only in requests that the browser itself marks as coming from this origin ({@code Sec-Fetch-Site}, which no script can
 * set, and which parts ports of one host too); and what changes something needs the header {@code Isochrone-Portal}, which another origin
 * could send only after a preflight that is never granted.
 *
 * <p>Thread-safe: no state.
 */
public final class Session {
    /** The header that the page adds to each of its requests. */
    public static final String HEADER = "isochrone-portal";

    /** How long a browser keeps the cookie. */
    static final int SECONDS = 12 * 3600;

    private static final String NAME = "__Host-isochrone";
    private static final String SCHEME = "Bearer ";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,2048}");

    private Session() {}

    /** What a request has as {@code Authorization}, in its header or else in a cookie that counts; null: nothing. Headers by lower-case name. */
    static @Nullable String authorization(String method, Map<String, String> headers) {
        String header = headers.get("authorization");
        if (header != null) {
            return header;
        }
        boolean safe = method.equals("GET") || method.equals("HEAD");
        String token = isOwn(headers) && (safe || headers.containsKey(HEADER)) ? cookie(headers) : null;
        return token == null ? null : SCHEME + token;
    }

    /** Whether the browser says that this origin's own page sends this. */
    public static boolean isOwn(Map<String, String> headers) {
        return "same-origin".equals(headers.get("sec-fetch-site"));
    }

    /** The {@code Set-Cookie} that begins a session with an {@code Authorization} that was found good; null when it fits into no cookie. */
    public static @Nullable String begin(String authorization) {
        String token = authorization.substring(authorization.indexOf(' ') + 1).strip();
        return TOKEN.matcher(token).matches() ? NAME + "=" + token + attributes(SECONDS) : null;
    }

    /** The {@code Set-Cookie} that ends it. */
    public static String end() {
        return NAME + "=" + attributes(0);
    }

    private static String attributes(int seconds) {
        return "; Path=/; Max-Age=" + seconds + "; Secure; HttpOnly; SameSite=Strict";
    }

    private static @Nullable String cookie(Map<String, String> headers) {
        for (String each : headers.getOrDefault("cookie", "").split(";")) {
            String pair = each.strip();
            if (pair.startsWith(NAME + "=")) {
                String token = pair.substring(NAME.length() + 1);
                return TOKEN.matcher(token).matches() ? token : null;
            }
        }
        return null;
    }
}
