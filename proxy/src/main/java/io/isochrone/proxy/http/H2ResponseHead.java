package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Turns the fields of an HTTP/2 response into the head of the same response in HTTP/1.1, which {@link H1Response} then reads, so that
 * both protocols obey one grammar. What RFC 9113 §8.3.2 forbids is {@link Malformed}.
 *
 * <p>Use: {@link #begin}, {@link #field} for each field in the order of the wire, {@link #end}; the same for a trailer section, ended by
 * {@link #endTrailers}. Not thread-safe; confined to its owner.
 */
public final class H2ResponseHead {
    private static final int STATUS_DIGITS = 3;

    private final Bytes status = new Bytes(4);
    private final Bytes lines = new Bytes(512);
    private boolean regular;

    /** Starts over for another head or trailer section. */
    public void begin() {
        status.clear();
        lines.clear();
        regular = false;
    }

    /** Takes a field: its name in {@code name[nameStart, nameEnd)}, its value likewise. Returns what is wrong with it, or null. */
    public @Nullable Malformed field(
            byte[] name, int nameStart, int nameEnd, byte[] value, int valueStart, int valueEnd) {
        if (nameStart < nameEnd && name[nameStart] == ':') {
            if (!Ascii.equals(name, nameStart, nameEnd, ":status")) {
                return Malformed.PSEUDO_UNKNOWN;
            }
            if (regular || status.length > 0) {
                return regular ? Malformed.PSEUDO_LATE : Malformed.PSEUDO_REPEATED;
            }
            status.append(value, valueStart, valueEnd);
            return null;
        }
        regular = true;
        Malformed malformed = H2Head.check(name, nameStart, nameEnd, value, valueStart, valueEnd);
        if (malformed == null) {
            lines.append(name, nameStart, nameEnd)
                    .append(": ")
                    .append(value, valueStart, valueEnd)
                    .append("\r\n");
        }
        return malformed;
    }

    /** Ends the head and writes it to {@code out}, which is emptied before; returns what is wrong, or null. */
    public @Nullable Malformed end(Bytes out) {
        if (status.length != STATUS_DIGITS) {
            return Malformed.PSEUDO_MISSING;
        }
        out.clear();
        out.append("HTTP/1.1 ").append(status).append(" \r\n").append(lines).append("\r\n");
        return null;
    }

    /** Ends a trailer section and reads it into {@code out}, whose bytes are then {@code bytes}; returns whether it is one. */
    public boolean endTrailers(Bytes bytes, HeaderFields out, int maxFields) {
        bytes.clear();
        bytes.append(lines).append("\r\n");
        return status.length == 0 && FieldParser.parse(bytes.array, 0, bytes.length, maxFields, false, out) == null;
    }
}
