package io.isochrone.proxy.http;

import java.util.Arrays;

/**
 * Bytes that grow: {@code array[0, length)}. Reused, so that a request makes no garbage.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Bytes {
    /** A class of bytes. */
    interface Kind {
        boolean has(byte b);
    }

    byte[] array;
    int length;

    /** Empty, with room for {@code capacity} bytes. */
    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    /** Appends {@code bytes[start, end)}. */
    public Bytes append(byte[] bytes, int start, int end) {
        int added = end - start;
        room(added);
        System.arraycopy(bytes, start, array, length, added);
        length += added;
        return this;
    }

    Bytes append(byte b) {
        room(1);
        array[length++] = b;
        return this;
    }

    Bytes append(Bytes other) {
        return append(other.array, 0, other.length);
    }

    /** Appends text that is ASCII. */
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the one copy of ASCII text without garbage
    public Bytes append(String ascii) {
        int added = ascii.length();
        room(added);
        ascii.getBytes(0, added, array, length);
        length += added;
        return this;
    }

    /** Appends text with {@code ?} for every character that may not stand in a head, see {@link #isText}. */
    public void appendText(String text) {
        int added = text.length();
        room(added);
        for (int i = 0; i < added; i++) {
            char c = text.charAt(i);
            array[length + i] = (byte) (isText(c) ? c : '?');
        }
        length += added;
    }

    /** Whether a character may stand in a field value (RFC 9110 §5.5): no control character but tab, nothing beyond one byte. */
    public static boolean isText(char c) {
        return c >= 0x20 && c < 0x100 && c != 0x7f || c == '\t';
    }

    /** Forgets everything. */
    public void clear() {
        length = 0;
    }

    private void room(int added) {
        if (array.length - length < added) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + added));
        }
    }

    boolean is(String ascii) {
        return Ascii.equals(array, 0, length, ascii);
    }

    boolean isIgnoreCase(String lowerCase) {
        return Ascii.equalsIgnoreCase(array, 0, length, lowerCase);
    }

    boolean equalsIgnoreCase(byte[] bytes, int start, int end) {
        if (end - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Ascii.lower(array[i]) != Ascii.lower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }

    boolean isAll(Kind kind) {
        for (int i = 0; i < length; i++) {
            if (!kind.has(array[i])) {
                return false;
            }
        }
        return true;
    }

    /** The array; only {@code [0, length())} is meant. */
    public byte[] array() {
        return array;
    }

    /** How many bytes. */
    public int length() {
        return length;
    }
}
