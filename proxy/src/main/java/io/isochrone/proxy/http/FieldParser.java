package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads the header section of a head whose end is known, with the grammar of RFC 9112 §5 and nothing more lenient: a sender that
 * needs leniency is a sender whose message two parsers can read in two ways.
 *
 * <p>Thread-safe: no state.
 */
final class FieldParser {
    private FieldParser() {}

    /**
     * Reads {@code bytes[from, end)}, which ends in the empty line, into {@code out}; returns the first violation or null.
     *
     * @param maxFields most fields
     * @param oneZero whether the message is HTTP/1.0, where chunked may not be used
     */
    static @Nullable Violation parse(
            byte[] bytes, int from, int end, int maxFields, boolean oneZero, HeaderFields out) {
        out.reset(bytes);
        int i = from;
        while (i < end - 2) {
            int start = i;
            if (bytes[i] == ' ' || bytes[i] == '\t') {
                return Violation.OBS_FOLD;
            }
            while (Ascii.isToken(bytes[i])) {
                i++;
            }
            if (i == start || bytes[i] != ':') {
                return Violation.HEADER_NAME;
            }
            int nameEnd = i++;
            while (bytes[i] == ' ' || bytes[i] == '\t') {
                i++;
            }
            int valueStart = i;
            i = Ascii.valueEnd(bytes, i);
            if (bytes[i] != '\r') {
                return bytes[i] == '\n' ? Violation.BARE_LF : Violation.HEADER_VALUE;
            }
            if (bytes[i + 1] != '\n') {
                return Violation.BARE_CR;
            }
            int valueEnd = i;
            while (valueEnd > valueStart && (bytes[valueEnd - 1] == ' ' || bytes[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            i += 2;
            if (out.count == maxFields) {
                return Violation.TOO_MANY_FIELDS;
            }
            out.add(start, nameEnd, valueStart, valueEnd);
            Violation violation = recognise(out, out.count - 1, oneZero);
            if (violation != null) {
                return violation;
            }
        }
        if (out.chunked && out.contentLength >= 0) {
            return Violation.LENGTH_AND_CHUNKED;
        }
        nominate(out);
        return null;
    }

    private static @Nullable Violation recognise(HeaderFields f, int i, boolean oneZero) {
        switch (f.nameEnd[i] - f.nameStart[i]) {
            case 2:
                if (f.nameIs(i, "te")) {
                    f.markHopByHop(i);
                }
                return null;
            case 4:
                if (f.nameIs(i, "host")) {
                    if (f.host >= 0) {
                        return Violation.HOST_REPEATED;
                    }
                    f.host = i;
                    return HostGrammar.matches(f.bytes, f.valueStart[i], f.valueEnd[i]) ? null : Violation.HOST;
                }
                return null;
            case 6:
                if (f.nameIs(i, "expect")) {
                    if (!f.valueIs(i, "100-continue")) {
                        return Violation.EXPECTATION;
                    }
                    f.expectContinue = true;
                }
                return null;
            case 7:
                if (f.nameIs(i, "upgrade")) {
                    f.upgrade = f.upgrade == -1 ? i : -2;
                    f.markHopByHop(i);
                }
                return null;
            case 10:
                if (f.nameIs(i, "connection")) {
                    f.markHopByHop(i);
                    options(f, i);
                } else if (f.nameIs(i, "keep-alive")) {
                    f.markHopByHop(i);
                    f.keepAliveSeconds = keepAliveSeconds(f.value(i));
                }
                return null;
            case 14:
                return f.nameIs(i, "content-length") ? contentLength(f, i) : null;
            case 16:
                if (f.nameIs(i, "proxy-connection")) {
                    f.markHopByHop(i);
                }
                return null;
            case 17:
                if (f.nameIs(i, "transfer-encoding")) {
                    f.markHopByHop(i);
                    return transferEncoding(f, i, oneZero);
                }
                return null;
            case 19:
                if (f.nameIs(i, "proxy-authorization")) {
                    f.markHopByHop(i);
                }
                return null;
            default:
                return null;
        }
    }

    private static @Nullable Violation contentLength(HeaderFields f, int i) {
        int start = f.valueStart[i];
        int end = f.valueEnd[i];
        if (f.contentLength >= 0 || end == start || end - start > 18) {
            return Violation.CONTENT_LENGTH;
        }
        long value = 0;
        for (int k = start; k < end; k++) {
            int digit = f.bytes[k] - '0';
            if (digit < 0 || digit > 9) {
                return Violation.CONTENT_LENGTH;
            }
            value = value * 10 + digit;
        }
        f.contentLength = value;
        return null;
    }

    private static @Nullable Violation transferEncoding(HeaderFields f, int i, boolean oneZero) {
        if (f.chunked || oneZero) {
            return Violation.TRANSFER_ENCODING;
        }
        if (f.valueIs(i, "chunked")) {
            f.chunked = true;
            return null;
        }
        String value = f.value(i).toLowerCase(java.util.Locale.ROOT);
        int last = value.lastIndexOf(',');
        boolean finalChunked = value.substring(last + 1).trim().equals("chunked");
        boolean once = last >= 0 && !value.substring(0, last).contains("chunked");
        return finalChunked && once ? Violation.TRANSFER_CODING_UNKNOWN : Violation.TRANSFER_ENCODING;
    }

    private static int keepAliveSeconds(String value) {
        int at = value.indexOf("timeout=");
        int seconds = -1;
        for (int k = at + 8;
                at >= 0 && k < value.length() && Character.isDigit(value.charAt(k)) && seconds < 100_000;
                k++) {
            seconds = Math.max(seconds, 0) * 10 + value.charAt(k) - '0';
        }
        return seconds;
    }

    private static void options(HeaderFields f, int i) {
        int start = f.valueStart[i];
        while (start < f.valueEnd[i]) {
            int end = optionEnd(f, i, start);
            f.close |= Ascii.equalsIgnoreCase(f.bytes, start, trimmed(f, start, end), "close");
            f.keepAlive |= Ascii.equalsIgnoreCase(f.bytes, start, trimmed(f, start, end), "keep-alive");
            f.upgradeOption |= Ascii.equalsIgnoreCase(f.bytes, start, trimmed(f, start, end), "upgrade");
            start = next(f, i, end);
        }
    }

    /** Marks the fields that Connection names, except those that a peer must not be able to take away. */
    private static void nominate(HeaderFields f) {
        for (int c = 0; c < f.count; c++) {
            if (!f.nameIs(c, "connection") || f.valueIs(c, "keep-alive") || f.valueIs(c, "close")) {
                continue;
            }
            int start = f.valueStart[c];
            while (start < f.valueEnd[c]) {
                int end = optionEnd(f, c, start);
                int stop = trimmed(f, start, end);
                for (int i = 0; i < f.count; i++) {
                    if (sameName(f, i, start, stop) && !isProtected(f.bytes, start, stop)) {
                        f.markHopByHop(i);
                    }
                }
                start = next(f, c, end);
            }
        }
    }

    private static boolean isProtected(byte[] b, int start, int end) {
        return Ascii.equalsIgnoreCase(b, start, end, "host")
                || Ascii.equalsIgnoreCase(b, start, end, "content-length")
                || Ascii.equalsIgnoreCase(b, start, end, "via")
                || Ascii.equalsIgnoreCase(b, start, end, "forwarded")
                || Ascii.equalsIgnoreCase(b, start, end, "x-real-ip")
                || Ascii.equalsIgnoreCase(b, start, end, "authorization")
                || Ascii.equalsIgnoreCase(b, start, end, "cookie")
                || Ascii.equalsIgnoreCase(b, start, end, "cache-control")
                || Ascii.startsWithIgnoreCase(b, start, end, "x-forwarded-")
                || Ascii.startsWithIgnoreCase(b, start, end, "ocp-apim-")
                || Ascii.startsWithIgnoreCase(b, start, end, "isochrone-");
    }

    private static boolean sameName(HeaderFields f, int i, int start, int end) {
        if (f.nameEnd[i] - f.nameStart[i] != end - start) {
            return false;
        }
        for (int k = 0; k < end - start; k++) {
            if (Ascii.lower(f.bytes[f.nameStart[i] + k]) != Ascii.lower(f.bytes[start + k])) {
                return false;
            }
        }
        return true;
    }

    private static int optionEnd(HeaderFields f, int i, int from) {
        int k = from;
        while (k < f.valueEnd[i] && f.bytes[k] != ',') {
            k++;
        }
        return k;
    }

    private static int trimmed(HeaderFields f, int start, int end) {
        int k = end;
        while (k > start && (f.bytes[k - 1] == ' ' || f.bytes[k - 1] == '\t')) {
            k--;
        }
        return k;
    }

    private static int next(HeaderFields f, int i, int comma) {
        int k = comma + 1;
        while (k < f.valueEnd[i] && (f.bytes[k] == ' ' || f.bytes[k] == '\t')) {
            k++;
        }
        return k;
    }
}
