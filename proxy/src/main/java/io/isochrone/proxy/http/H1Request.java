package io.isochrone.proxy.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A parsed request head: HTTP/1, or HTTP/2 as {@link H2Head} translates it. Reused: {@link #parse} forgets what was there before.
 *
 * <p>Confined to one event loop.
 */
public final class H1Request implements RequestHead {
    private static final String[] METHODS = {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"};

    private final HeaderFields fields = new HeaderFields();
    private String method = "";
    private String target = "";
    private String path = "";
    private String host = "";
    private boolean oneZero;
    private boolean two;

    /**
     * Reads a whole head.
     *
     * @param bytes the head from its first byte to the empty line, which is included; kept until the next call
     * @param length how many of {@code bytes} are the head
     * @return the first violation, or null; after a violation nothing but {@link #method} and {@link #target} may be asked
     */
    public @Nullable Violation parse(byte[] bytes, int length, int maxTargetBytes, int maxFields) {
        forget();
        int i = 0;
        while (Ascii.isToken(bytes[i])) {
            i++;
        }
        if (i == 0 || bytes[i] != ' ') {
            return i == 0 ? Violation.METHOD : Violation.REQUEST_LINE;
        }
        method = method(bytes, i);
        int targetStart = ++i;
        while (Ascii.isTarget(bytes[i])) {
            i++;
        }
        int targetEnd = i;
        if (targetEnd - targetStart > maxTargetBytes) {
            return Violation.TARGET_TOO_LONG;
        }
        if (bytes[i] != ' ' || targetEnd == targetStart) {
            return bytes[i] == '\r' || bytes[i] == ' ' ? Violation.REQUEST_LINE : Violation.TARGET;
        }
        target = new String(bytes, targetStart, targetEnd - targetStart, StandardCharsets.ISO_8859_1);
        int versionStart = ++i;
        while (bytes[i] != '\r' && bytes[i] != '\n') {
            i++;
        }
        Violation violation = version(bytes, versionStart, i);
        if (violation != null) {
            return violation;
        }
        if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
            return bytes[i] == '\n' ? Violation.BARE_LF : Violation.BARE_CR;
        }
        violation = FieldParser.parse(bytes, i + 2, length, maxFields, oneZero, fields);
        return violation != null ? violation : resolveTarget();
    }

    /** Forgets method and target, so that they are empty until the next {@link #parse}. */
    public void forget() {
        method = "";
        target = "";
        path = "";
        host = "";
        two = false;
    }

    private @Nullable Violation version(byte[] b, int start, int end) {
        boolean http = end - start == 8
                && b[start] == 'H'
                && b[start + 1] == 'T'
                && b[start + 2] == 'T'
                && b[start + 3] == 'P'
                && b[start + 4] == '/'
                && b[start + 6] == '.'
                && Character.isDigit(b[start + 5])
                && Character.isDigit(b[start + 7]);
        if (!http) {
            return Violation.VERSION;
        }
        if (b[start + 5] != '1' || b[start + 7] > '1') {
            return Violation.VERSION_UNSUPPORTED;
        }
        oneZero = b[start + 7] == '0';
        return null;
    }

    private @Nullable Violation resolveTarget() {
        if (fields.host >= 0) {
            host = fields.value(fields.host);
        } else if (!oneZero) {
            return Violation.HOST_MISSING;
        }
        if (method.equals("CONNECT")) {
            return Violation.CONNECT;
        }
        if (target.equals("*")) {
            path = target;
            return method.equals("OPTIONS") ? null : Violation.TARGET;
        }
        if (target.charAt(0) != '/') {
            Violation violation = absoluteForm();
            if (violation != null) {
                return violation;
            }
        }
        String normal = PathNormalizer.normalize(target);
        if (normal == null) {
            return Violation.PATH_NOT_NORMAL;
        }
        target = normal;
        int query = target.indexOf('?');
        path = query < 0 ? target : target.substring(0, query);
        return null;
    }

    private @Nullable Violation absoluteForm() {
        int authority = -1;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            authority = 7;
        } else if (target.regionMatches(true, 0, "https://", 0, 8)) {
            authority = 8;
        }
        if (authority < 0) {
            return Violation.TARGET;
        }
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String named = target.substring(authority, end);
        if (named.isEmpty() || !host.isEmpty() && !named.equalsIgnoreCase(host)) {
            return Violation.AUTHORITY_MISMATCH;
        }
        byte[] authorityBytes = named.getBytes(StandardCharsets.ISO_8859_1);
        if (!HostGrammar.matches(authorityBytes, 0, authorityBytes.length)) {
            return Violation.HOST;
        }
        host = named;
        target = end == target.length() || target.charAt(end) == '?'
                ? "/" + target.substring(end)
                : target.substring(end);
        return null;
    }

    private static String method(byte[] bytes, int end) {
        for (String known : METHODS) {
            if (known.length() == end) {
                boolean same = true;
                for (int i = 0; i < end && same; i++) {
                    same = bytes[i] == known.charAt(i);
                }
                if (same) {
                    return known;
                }
            }
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** The header fields. */
    public HeaderFields fields() {
        return fields;
    }

    /** Whether the client speaks HTTP/1.0. */
    public boolean isOneZero() {
        return oneZero;
    }

    /** Whether the client speaks HTTP/2, of which the head was translated. */
    public boolean isTwo() {
        return two;
    }

    /** Says that the head was translated from HTTP/2; until the next {@link #parse}. */
    public void markTwo() {
        two = true;
    }

    /** Whether the client lets the connection be used again; an HTTP/1.0 connection never is. */
    public boolean isKeepAlive() {
        return !oneZero && !fields.close;
    }

    /** Whether the client waits for {@code 100 Continue} before it sends the body. */
    public boolean expectsContinue() {
        return !oneZero && fields.expectContinue;
    }

    /**
     * The protocols that the client would change to, as it wrote them, or null. Only a GET of HTTP/1.1 without a body may change;
     * in every other request, and for h2c, which is no more (RFC 9113 §3.1), the wish is ignored, as any server may.
     */
    public @Nullable String upgrade() {
        if (!fields.upgradeOption || oneZero || hasBody() || !method.equals("GET")) {
            return null;
        }
        String offer = fields.upgrade();
        return offer == null || UpgradeTokens.contains(offer, "h2c") ? null : offer;
    }

    /** Whether a body follows. */
    public boolean hasBody() {
        return fields.chunked || fields.contentLength > 0;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return path.length() == target.length() ? null : target.substring(path.length() + 1);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int headerCount() {
        return fields.count;
    }

    @Override
    public String headerName(int index) {
        return fields.lowerCaseName(index);
    }

    @Override
    public String headerValue(int index) {
        return fields.value(index);
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        return fields.value(lowerCaseName);
    }
}
