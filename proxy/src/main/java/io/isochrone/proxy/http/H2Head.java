package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Turns the fields of an HTTP/2 request into the head of the same request in HTTP/1.1, which {@link H1Request} then reads: so both
 * protocols obey one grammar, and what goes upstream has passed it. What RFC 9113 §8 forbids is {@link Malformed}; everything that
 * could end a line or begin another field is refused here, before a byte of it stands in a head.
 *
 * <p>Use: {@link #begin}, {@link #field} for each field in the order of the wire, {@link #end}. Cookie crumbs are joined (RFC 9113
 * §8.2.3); {@code :authority} becomes Host. Also writes the fields of a trailer section: {@link #beginTrailers},
 * {@link #trailer}.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class H2Head {
    private static final int METHOD = 0;
    private static final int SCHEME = 1;
    private static final int PATH = 2;
    private static final int AUTHORITY = 3;
    private static final int PROTOCOL = 4;
    private static final String[] PSEUDO = {":method", ":scheme", ":path", ":authority", ":protocol"};
    private static final String[] CONNECTION_FIELDS = {
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"
    };

    private final Bytes[] pseudo = {new Bytes(16), new Bytes(8), new Bytes(256), new Bytes(64), new Bytes(0)};
    private final boolean[] seen = new boolean[PSEUDO.length];
    private final Bytes lines = new Bytes(512);
    private final Bytes cookie = new Bytes(0);
    private boolean regular;
    private boolean length;

    /** Starts over for another head. */
    public void begin() {
        for (int i = 0; i < PSEUDO.length; i++) {
            pseudo[i].clear();
            seen[i] = false;
        }
        lines.clear();
        cookie.clear();
        regular = false;
        length = false;
    }

    /** Takes a field: its name in {@code name[nameStart, nameEnd)}, its value likewise. Returns what is wrong with it, or null. */
    public @Nullable Malformed field(
            byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
        if (nameStart < nameEnd && name[nameStart] == ':') {
            return pseudo(name, nameStart, nameEnd, value, valueStart, valueEnd);
        }
        regular = true;
        Malformed malformed = check(name, nameStart, nameEnd, value, valueStart, valueEnd);
        if (malformed != null) {
            return malformed;
        }
        if (Ascii.equalsIgnoreCase(name, nameStart, nameEnd, "cookie")) {
            cookie.append(cookie.length == 0 ? "" : "; ").append(value, valueStart, valueEnd);
            return null;
        }
        if (seen[PROTOCOL] && Ascii.equalsIgnoreCase(name, nameStart, nameEnd, "sec-websocket-key")) {
            return null; // only HTTP/1.1 has one (RFC 8441 §5.1), and there it is ours
        }
        if (seen[AUTHORITY] && Ascii.equalsIgnoreCase(name, nameStart, nameEnd, "host")) {
            return pseudo[AUTHORITY].equalsIgnoreCase(value, valueStart, valueEnd)
                    ? null
                    : Malformed.AUTHORITY_MISMATCH;
        }
        length |= Ascii.equalsIgnoreCase(name, nameStart, nameEnd, "content-length");
        line(name, nameStart, nameEnd, value, valueStart, valueEnd);
        return null;
    }

    private @Nullable Malformed pseudo(byte[] name, int nameStart, int nameEnd, byte[] value, int start, int end) {
        if (regular) {
            return Malformed.PSEUDO_LATE;
        }
        for (int i = 0; i < PSEUDO.length; i++) {
            if (Ascii.equals(name, nameStart, nameEnd, PSEUDO[i])) {
                if (seen[i]) {
                    return Malformed.PSEUDO_REPEATED;
                }
                seen[i] = true;
                pseudo[i].append(value, start, end);
                return null;
            }
        }
        return Malformed.PSEUDO_UNKNOWN;
    }

    static @Nullable Malformed check(
            byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
        if (nameStart == nameEnd) {
            return Malformed.NAME;
        }
        for (int i = nameStart; i < nameEnd; i++) {
            if (!Ascii.isToken(name[i]) || name[i] >= 'A' && name[i] <= 'Z') {
                return Malformed.NAME;
            }
        }
        for (int i = valueStart; i < valueEnd; i++) {
            if (!Ascii.isValue(value[i])) {
                return Malformed.VALUE;
            }
        }
        if (valueStart < valueEnd && (isSpace(value[valueStart]) || isSpace(value[valueEnd - 1]))) {
            return Malformed.VALUE;
        }
        for (String forbidden : CONNECTION_FIELDS) {
            if (Ascii.equalsIgnoreCase(name, nameStart, nameEnd, forbidden)) {
                return Malformed.CONNECTION_FIELD;
            }
        }
        boolean te = Ascii.equalsIgnoreCase(name, nameStart, nameEnd, "te");
        return te && !Ascii.equalsIgnoreCase(value, valueStart, valueEnd, "trailers") ? Malformed.TE : null;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    private void line(byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
        lines.append(name, nameStart, nameEnd)
                .append(": ")
                .append(value, valueStart, valueEnd)
                .append("\r\n");
    }

    /** Whether the request opens a WebSocket (RFC 8441 §4); to be asked before {@link #end}. */
    public boolean opensWebSocket() {
        return seen[PROTOCOL] && pseudo[PROTOCOL].isIgnoreCase("websocket") && pseudo[METHOD].is("CONNECT");
    }

    /**
     * Ends the head and writes it to {@code out}, which is emptied before. A body whose length is not declared becomes chunked, and
     * no body where one is usual is declared as none. Returns what is wrong, or null.
     *
     * @param webSocketKey for a request that {@link #opensWebSocket}, which becomes an upgrade of HTTP/1.1
     * @param whole whether the request has neither data nor trailers
     */
    public @Nullable Malformed end(boolean whole, String webSocketKey, Bytes out) {
        Bytes target = pseudo[PATH];
        if (!seen[METHOD]) {
            return Malformed.PSEUDO_MISSING;
        }
        if (pseudo[METHOD].length == 0 || !pseudo[METHOD].isAll(Ascii::isToken)) {
            return Malformed.METHOD;
        }
        boolean webSocket = opensWebSocket();
        if (seen[PROTOCOL] && (!pseudo[METHOD].is("CONNECT") || pseudo[AUTHORITY].length == 0 || length)) {
            return Malformed.PROTOCOL;
        }
        if (pseudo[METHOD].is("CONNECT") && !seen[PROTOCOL]) {
            if (seen[SCHEME] || seen[PATH] || pseudo[AUTHORITY].length == 0) {
                return Malformed.CONNECT;
            }
            target = pseudo[AUTHORITY];
        } else if (!seen[SCHEME] || !seen[PATH]) {
            return Malformed.PSEUDO_MISSING;
        } else if (!pseudo[SCHEME].isIgnoreCase("http") && !pseudo[SCHEME].isIgnoreCase("https")) {
            return Malformed.SCHEME;
        } else if (target.length == 0 || target.array[0] != '/' && !target.is("*") || !target.isAll(Ascii::isTarget)) {
            return Malformed.PATH;
        }
        if (!pseudo[AUTHORITY].isAll(Ascii::isTarget)) {
            return Malformed.AUTHORITY;
        }
        out.clear();
        if (webSocket) {
            out.append("GET");
        } else {
            out.append(pseudo[METHOD]);
        }
        out.append(" ").append(target).append(" HTTP/1.1\r\n");
        if (seen[AUTHORITY]) {
            out.append("host: ").append(pseudo[AUTHORITY]).append("\r\n");
        }
        out.append(lines);
        if (cookie.length > 0) {
            out.append("cookie: ").append(cookie).append("\r\n");
        }
        if (webSocket) {
            out.append("connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ");
            out.append(webSocketKey).append("\r\n");
        } else if (!length) {
            out.append(whole ? usuallyHasBody() ? "content-length: 0\r\n" : "" : "transfer-encoding: chunked\r\n");
        }
        out.append("\r\n");
        return null;
    }

    private boolean usuallyHasBody() {
        return pseudo[METHOD].is("POST") || pseudo[METHOD].is("PUT") || pseudo[METHOD].is("PATCH");
    }

    /** Starts a trailer section. */
    public void beginTrailers() {
        lines.clear();
    }

    /** Takes a field of the trailer section; returns what is wrong with it, or null. */
    public @Nullable Malformed trailer(
            byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
        if (nameStart < nameEnd && name[nameStart] == ':') {
            return Malformed.PSEUDO_IN_TRAILER;
        }
        Malformed malformed = check(name, nameStart, nameEnd, value, valueStart, valueEnd);
        if (malformed == null) {
            line(name, nameStart, nameEnd, value, valueStart, valueEnd);
        }
        return malformed;
    }

    /** Whether a trailer section may not have a field of that name (RFC 9110 §6.5.1), though it is not malformed. */
    public static boolean isForbiddenInTrailers(byte[] name, int start, int end) {
        return TrailerNames.isForbidden(name, start, end);
    }

    /** The field lines of the trailer section, each with its CRLF; valid until the next {@code begin}. */
    public Bytes trailers() {
        return lines;
    }
}
