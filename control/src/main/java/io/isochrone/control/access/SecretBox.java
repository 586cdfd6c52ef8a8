package io.isochrone.control.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals texts that must be readable again, such as subscription keys, so that the store's file and its history do not show them:
 * AES-256-GCM under a key that lies in a file beside the store. Replicas that share a store share the key file too; one that has
 * another key can neither show nor publish what is sealed, and says so.
 *
 * <p>A sealed text is {@code v1.KEY.DATA}: which key (the first 4 bytes of its SHA-256 in hex), then nonce and ciphertext in Base64.
 * The place where it is kept is sealed in, so that it opens nowhere else.
 *
 * <p>Thread-safe: no state that changes but the random generator's.
 */
public final class SecretBox {
    /** The key's file in the data folder: 32 bytes in Base64 and a line feed. */
    public static final String FILE = "secrets.key";

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final SecretKeySpec key;
    private final String prefix;
    private final SecureRandom random = new SecureRandom();

    /** What was sealed does not open: another key, another place, or damage. Immutable. */
    public static final class UnsealException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnsealException(String message) {
            super(message);
        }
    }

    private SecretBox(byte[] bytes) {
        key = new SecretKeySpec(bytes, "AES");
        prefix = "v1." + fingerprint(bytes) + ".";
    }

    /** With a key of 32 bytes. */
    public static SecretBox of(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("key: " + key.length + " bytes (expected: " + KEY_BYTES + ")");
        }
        return new SecretBox(key.clone());
    }

    /**
     * With the key in {@code folder}, which is made when there is none. The file appears whole or not at all; of several processes
     * that make it at once all take the one that was first.
     *
     * @throws IOException when it cannot be read or written, holds no key, or may be read by others than its owner
     */
    public static SecretBox open(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return read(file);
        } catch (NoSuchFileException missing) {
            make(folder, file);
            return read(file);
        }
    }

    private static SecretBox read(Path file) throws IOException {
        boolean posix = Files.getFileStore(file).supportsFileAttributeView("posix");
        if (posix) {
            Set<PosixFilePermission> others = EnumSet.copyOf(OWNER_ONLY);
            others.addAll(Files.getPosixFilePermissions(file));
            if (others.size() > OWNER_ONLY.size()) {
                throw new IOException(
                        file + ": mode " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                                + " (expected: rw-------)");
            }
        }
        if (Files.size(file) > 1024) {
            throw new IOException(file + ": too long (expected: 32 bytes in Base64)");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": not Base64 (expected: 32 bytes in Base64)", e);
        }
        if (bytes.length != KEY_BYTES) {
            throw new IOException(file + ": " + bytes.length + " bytes (expected: 32 bytes in Base64)");
        }
        return new SecretBox(bytes);
    }

    private static void make(Path folder, Path file) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        Path draft = posix
                ? Files.createTempFile(folder, FILE, ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : Files.createTempFile(folder, FILE, ".new");
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer text =
                        StandardCharsets.US_ASCII.encode(Base64.getEncoder().encodeToString(bytes) + "\n");
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                channel.force(true);
            }
            // a link, unlike a move, never replaces the key of somebody who was first
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException first) {
            // theirs is read
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Seals a text for one place, such as its key in the store. */
    public String seal(String place, String text) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return prefix + Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** The text that was sealed for this place. Throws {@link UnsealException} when it does not open. */
    public String unseal(String place, String sealed) {
        if (!sealed.startsWith(prefix)) {
            throw new UnsealException(place + ": sealed with another key (expected: the " + FILE
                    + " that it was sealed with; replicas share one)");
        }
        try {
            byte[] all = Base64.getDecoder().decode(sealed.substring(prefix.length()));
            if (all.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
                throw damaged(place);
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), place);
            return new String(cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw damaged(place);
        }
    }

    private static UnsealException damaged(String place) {
        return new UnsealException(place + ": does not open (expected: what was sealed for this place, unchanged)");
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static String fingerprint(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
