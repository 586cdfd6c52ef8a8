package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * A parsed HTTP/1 response head. Reused: {@link #parse} forgets what was there before.
 *
 * <p>Confined to one event loop.
 */
public final class H1Response {
    /** Interim responses (1xx) that one request may get; more are no response. */
    public static final int MAX_INTERIMS = 32;

    private final HeaderFields fields = new HeaderFields();
    private byte[] bytes = new byte[0];
    private int status;
    private int lineEnd;
    private boolean oneZero;

    /** Reads a whole head of {@code length} bytes, the empty line included; returns the first violation, or null. */
    public @Nullable Violation parse(byte[] head, int length, int maxFields) {
        bytes = head;
        if (length < 16
                || head[0] != 'H'
                || head[1] != 'T'
                || head[2] != 'T'
                || head[3] != 'P'
                || head[4] != '/'
                || head[5] != '1'
                || head[6] != '.'
                || head[7] != '0' && head[7] != '1'
                || head[8] != ' ') {
            return Violation.STATUS_LINE;
        }
        oneZero = head[7] == '0';
        status = 0;
        for (int i = 9; i < 12; i++) {
            if (head[i] < '0' || head[i] > '9') {
                return Violation.STATUS_LINE;
            }
            status = status * 10 + head[i] - '0';
        }
        if (status < 100 || status > 599 || head[12] != ' ' && head[12] != '\r') {
            return Violation.STATUS_LINE;
        }
        int i = 12;
        while (Ascii.isValue(head[i])) {
            i++;
        }
        if (head[i] != '\r' || head[i + 1] != '\n') {
            return Violation.STATUS_LINE;
        }
        lineEnd = i;
        return FieldParser.parse(head, i + 2, length, maxFields, oneZero, fields);
    }

    /** The status code, 100 to 599. */
    public int status() {
        return status;
    }

    /** The header fields. */
    public HeaderFields fields() {
        return fields;
    }

    /** Whether the upstream lets the connection be used again. */
    public boolean isKeepAlive() {
        return oneZero ? fields.keepAlive : !fields.close;
    }

    /** Whether this is a change (101) to one protocol of those that were {@code offered}. */
    public boolean changesTo(String offered) {
        String chosen = fields.upgrade();
        return status == 101 && chosen != null && UpgradeTokens.contains(offered, chosen);
    }

    /** Whether no body can follow: 1xx, 204, 304, or an answer to HEAD (RFC 9112 §6.3). */
    public boolean isBodyless(boolean headRequest) {
        return headRequest || status < 200 || status == 204 || status == 304;
    }

    /** Where " 200 OK" begins in {@link HeaderFields#bytes}. */
    public int statusStart() {
        return 8;
    }

    /** Where the status line ends, before its CRLF. */
    public int statusEnd() {
        return lineEnd;
    }

    /** The bytes of the head. */
    public byte[] bytes() {
        return bytes;
    }
}
