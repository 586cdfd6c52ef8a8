package io.isochrone.gateway.auth;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hashes presented keys with buffers that are used again and again.
 *
 * <p>Confined to one event loop.
 */
public final class KeyHash {
    /** A longer one is nobody's key. */
    public static final int MOST_CHARS = 512;

    private final MessageDigest digest;
    private final byte[] text = new byte[MOST_CHARS];
    private final byte[] hash = new byte[32];

    public KeyHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The hash of a header's value, one character a byte; valid until the next call. The empty hash, which no key has, for one that is too
     * long.
     */
    public byte[] ofHeader(String key) {
        int length = key.length();
        if (length > MOST_CHARS) {
            return nobody();
        }
        for (int i = 0; i < length; i++) {
            text[i] = (byte) key.charAt(i);
        }
        return finish(length);
    }

    /** The hash of a part of a query, percent-decoded; otherwise the same. */
    public byte[] ofQuery(String query, int from, int to) {
        int length = 0;
        for (int i = from; i < to; i++) {
            if (length == MOST_CHARS) {
                return nobody();
            }
            char c = query.charAt(i);
            int high = c == '%' && i + 2 < to ? Character.digit(query.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(query.charAt(i + 2), 16);
            if (low >= 0) {
                text[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                text[length++] = (byte) (c == '+' ? ' ' : c);
            }
        }
        return finish(length);
    }

    private byte[] nobody() {
        java.util.Arrays.fill(hash, (byte) 0);
        return hash;
    }

    private byte[] finish(int length) {
        digest.update(text, 0, length);
        java.util.Arrays.fill(text, 0, length, (byte) 0);
        try {
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        return hash;
    }

    /** Word {@code index} of 0 to 3 of a hash, the first byte highest. */
    static long word(byte[] hash, int index) {
        long word = 0;
        for (int i = 8 * index; i < 8 * index + 8; i++) {
            word = word << 8 | hash[i] & 0xff;
        }
        return word;
    }
}
