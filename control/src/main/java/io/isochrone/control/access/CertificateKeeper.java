package io.isochrone.control.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the server's certificate good: issues it anew from the own authority when a third of its life is left, or takes the
 * operator's files when their contents change. What cannot be taken is refused with its reason, and the old one serves on.
 *
 * <p>Not thread-safe; confined to its owner. The keys it serves are exchanged for everybody.
 */
public final class CertificateKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);
    private static final Duration RENEW = CertificateAuthority.SERVER_LIFE.dividedBy(3);
    private static final List<Integer> WARN_DAYS = List.of(1, 7, 14);

    private interface Source {
        /** What to serve now instead of {@code serving} (null: nothing yet), or null when that is still right. */
        @Nullable
        Identity next(@Nullable Identity serving, Instant now) throws IOException;
    }

    private final Source source;
    private final ServingKeys keys;
    private @Nullable String refused;
    private int warnedDays = Integer.MAX_VALUE;

    private CertificateKeeper(Source source, Instant now) throws IOException {
        this.source = source;
        this.keys = new ServingKeys(Objects.requireNonNull(source.next(null, now)));
    }

    /**
     * With certificates of the own authority, kept in {@code server.pem} and {@code server.key} in {@code folder} so that a restart
     * does not change them.
     */
    public static CertificateKeeper own(
            CertificateAuthority authority, Path folder, Collection<String> names, Instant now) throws IOException {
        Path certificate = folder.resolve("server.pem");
        Path key = folder.resolve("server.key");
        List<String> all = List.copyOf(names);
        return new CertificateKeeper(
                (serving, at) -> {
                    Identity have = serving == null ? kept(certificate, key, at) : serving;
                    if (have != null
                            && authority.covers(have.certificate(), all)
                            && at.isBefore(have.notAfter().minus(RENEW))) {
                        return serving == null ? have : null;
                    }
                    Identity made = authority.issue(all, at);
                    SecretFiles.write(key, made.keyPem());
                    SecretFiles.write(certificate, made.chainPem());
                    return made;
                },
                now);
    }

    /** With the operator's files; throws with the reason when they cannot be used now. */
    public static CertificateKeeper files(Path certificates, Path key, Instant now) throws IOException {
        return new CertificateKeeper(
                new Source() {
                    private byte @Nullable [] seen;

                    @Override
                    public @Nullable Identity next(@Nullable Identity serving, Instant at) throws IOException {
                        byte[] found = both(certificates, key);
                        if (Arrays.equals(found, seen)) {
                            return null;
                        }
                        Identity read = Identity.read(certificates, key, at);
                        // A pair that is exchanged file by file is looked at again until it fits.
                        seen = found;
                        return read;
                    }
                },
                now);
    }

    /** Looks whether there is something better to serve, and serves it; tells whether it did. To be called every few seconds. */
    public boolean look(Instant now) {
        try {
            Identity next = source.next(keys.serving(), now);
            refused = null;
            if (next == null) {
                warn(now);
                return false;
            }
            keys.serve(next);
            warnedDays = Integer.MAX_VALUE;
            LOG.info("certificate taken not-after={}", next.notAfter());
            return true;
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(refused)) {
                LOG.warn("certificate refused, the old one serves on reason={}", reason);
            }
            refused = reason;
            return false;
        }
    }

    /** Why the last look took nothing; null when nothing is wrong. */
    public @Nullable String refusal() {
        return refused;
    }

    /** What is served; its identity is exchanged by {@link #look}. */
    public ServingKeys keys() {
        return keys;
    }

    private void warn(Instant now) {
        long left = Duration.between(now, keys.serving().notAfter()).toDays();
        for (int days : WARN_DAYS) {
            if (left < days) {
                if (warnedDays > days) {
                    warnedDays = days;
                    LOG.warn(
                            "certificate ends soon not-after={} days={}",
                            keys.serving().notAfter(),
                            left);
                }
                return;
            }
        }
    }

    private static @Nullable Identity kept(Path certificate, Path key, Instant now) {
        if (!Files.exists(certificate)) {
            return null;
        }
        try {
            return Identity.read(certificate, key, now);
        } catch (IOException e) {
            LOG.info("certificate made anew reason={}", e.getMessage());
            return null;
        }
    }

    private static byte[] both(Path first, Path second) throws IOException {
        try {
            byte[] one = Files.readAllBytes(first);
            byte[] two = Files.readAllBytes(second);
            byte[] both = Arrays.copyOf(one, one.length + two.length);
            System.arraycopy(two, 0, both, one.length, two.length);
            return both;
        } catch (IOException e) {
            throw new IOException(first + ", " + second + ": cannot be read: " + e, e);
        }
    }
}
