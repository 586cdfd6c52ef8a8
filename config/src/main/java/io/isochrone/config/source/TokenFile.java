package io.isochrone.config.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds a node's token, read for every request, so that a new token counts as soon as it is written. While the file cannot
 * be read, the last token that was in it counts, and one warning says so.
 *
 * <p>Thread-safe: by a lock that is held while the file is read; never asked on an event loop.
 */
final class TokenFile {
    static final int MAX_BYTES = 8 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private @Nullable String last;
    private boolean away;

    TokenFile(Path file) {
        this.file = file;
    }

    /** The token now. Throws IOException when there never was one. */
    synchronized String token() throws IOException {
        try {
            String token = read(file);
            if (away) {
                away = false;
                LOG.info("token file can be read again file={}", file);
            }
            last = token;
            return token;
        } catch (IOException e) {
            String known = last;
            if (known == null) {
                throw e;
            }
            if (!away) {
                away = true;
                LOG.warn("token file cannot be read, the token that was in it counts on cause=\"{}\"", e.getMessage());
            }
            return known;
        }
    }

    /** Reads a token. Throws IOException that names the file and says what was expected, never what was read. */
    static String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read (expected: a file with a token)", e);
        }
        String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        boolean good =
                !token.isEmpty() && bytes.length <= MAX_BYTES && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!good) {
            throw new IOException(file + ": no token (expected: one line of visible ASCII, at most 8 KiB)");
        }
        return token;
    }
}
