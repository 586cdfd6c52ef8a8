package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Follows the framing of a chunked body (RFC 9112 §7.1) without touching its bytes.
 *
 * <p>Use: while bytes are left, if {@link #dataRemaining} is above 0 skip that many with {@link #skip}; otherwise give one byte to
 * {@link #accept}. {@link #isDone} tells when the last byte of the trailer section was seen.
 *
 * <p>States: SIZE → EXTENSION → SIZE_LF → (DATA → DATA_CR → DATA_LF → SIZE | TRAILER_START → TRAILER … → DONE).
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class ChunkTracker {
    private static final int MAX_EXTENSION = 1024;
    private static final int MAX_TRAILER = 8192;
    private static final int MAX_NAME = 40;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        DONE
    }

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extra;
    private boolean quoted;
    private boolean escaped;
    private final byte[] name = new byte[MAX_NAME];
    private int nameLength;
    private @Nullable Violation violation;
    private @Nullable Bytes kept;

    /** Starts over for a new body, whose trailer section is not kept. */
    public void reset() {
        state = State.SIZE;
        size = 0;
        digits = 0;
        extra = 0;
        quoted = false;
        escaped = false;
        violation = null;
        kept = null;
    }

    /** Keeps the trailer section of this body for {@link #trailers}. */
    public void keepTrailers() {
        kept = new Bytes(0);
    }

    /** The trailer section of a body that has ended, or null if it has none or none was kept. */
    public @Nullable HeaderFields trailers() {
        Bytes section = kept;
        if (section == null || state != State.DONE || section.length <= 2) {
            return null;
        }
        HeaderFields fields = new HeaderFields();
        Violation broken = FieldParser.parse(section.array, 0, section.length, Integer.MAX_VALUE, false, fields);
        return broken == null ? fields : null;
    }

    /** Bytes of chunk data that come next; 0 when framing comes next. */
    public long dataRemaining() {
        return state == State.DATA ? size : 0;
    }

    /** Passes over {@code n} bytes of chunk data, at most {@link #dataRemaining}. */
    public void skip(long n) {
        size -= n;
        if (size == 0) {
            state = State.DATA_CR;
        }
    }

    /** Whether the body has ended. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** What was broken, or null. */
    public @Nullable Violation violation() {
        return violation;
    }

    /** Takes one byte of framing; returns false when it broke a rule. */
    public boolean accept(byte b) {
        if (kept != null && state.compareTo(State.TRAILER_START) >= 0) {
            kept.append(b);
        }
        switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LF -> {
                if (b != '\n') {
                    fail(Violation.CHUNK_SIZE);
                } else {
                    state = size > 0 ? State.DATA : State.TRAILER_START;
                    digits = 0;
                    extra = 0;
                }
            }
            case DATA -> fail(Violation.CHUNK_END);
            case DATA_CR -> expect(b, '\r', State.DATA_LF);
            case DATA_LF -> expect(b, '\n', State.SIZE);
            case TRAILER_START -> {
                if (b == '\r') {
                    state = State.END_LF;
                } else {
                    nameLength = 0;
                    state = State.TRAILER_NAME;
                    trailerName(b);
                }
            }
            case TRAILER_NAME -> trailerName(b);
            case TRAILER_VALUE -> trailerValue(b);
            case TRAILER_LF -> trailerEnd(b, State.TRAILER_START);
            case END_LF -> trailerEnd(b, State.DONE);
            case DONE -> fail(Violation.TRAILER);
        }
        return violation == null;
    }

    private void size(byte b) {
        int digit = Ascii.hex(b);
        if (digit >= 0) {
            if (++digits > 15) {
                fail(Violation.CHUNK_SIZE);
            } else {
                size = size << 4 | digit;
            }
        } else if (digits == 0) {
            fail(Violation.CHUNK_SIZE);
        } else if (b == '\r') {
            state = State.SIZE_LF;
        } else if (b == ';') {
            state = State.EXTENSION;
        } else {
            fail(Violation.CHUNK_SIZE);
        }
    }

    /**
     * Outside of quotes: tokens, semicolons, equals signs and white space. A line may not end within quotes: another parser would
     * take what follows for the rest of the string (RFC 9112 §7.1.1).
     */
    private void extension(byte b) {
        boolean wasEscaped = escaped;
        escaped = quoted && b == '\\' && !wasEscaped;
        if (b == '\r' && !quoted) {
            state = State.SIZE_LF;
        } else if (!Ascii.isValue(b) || ++extra > MAX_EXTENSION) {
            fail(Violation.CHUNK_EXTENSION);
        } else if (b == '"' && !wasEscaped) {
            quoted = !quoted;
        } else if (!quoted && !Ascii.isToken(b) && b != ';' && b != '=' && b != ' ' && b != '\t') {
            fail(Violation.CHUNK_EXTENSION);
        }
    }

    private void trailerName(byte b) {
        if (++extra > MAX_TRAILER) {
            fail(Violation.TRAILER);
        } else if (b == ':') {
            if (nameLength == 0 || isForbidden()) {
                fail(Violation.TRAILER);
            }
            state = State.TRAILER_VALUE;
        } else if (!Ascii.isToken(b)) {
            fail(Violation.TRAILER);
        } else if (nameLength < MAX_NAME) {
            name[nameLength++] = b;
        }
    }

    private void trailerValue(byte b) {
        if (b == '\r') {
            state = State.TRAILER_LF;
        } else if (!Ascii.isValue(b) || ++extra > MAX_TRAILER) {
            fail(Violation.TRAILER);
        }
    }

    private void trailerEnd(byte b, State next) {
        if (b == '\n') {
            state = next;
        } else {
            fail(Violation.TRAILER);
        }
    }

    private boolean isForbidden() {
        return TrailerNames.isForbidden(name, 0, nameLength);
    }

    private void expect(byte b, char wanted, State next) {
        if (b != wanted) {
            fail(Violation.CHUNK_END);
        } else {
            state = next;
            size = 0;
            digits = 0;
            extra = 0;
        }
    }

    private void fail(Violation v) {
        violation = v;
    }
}
