package io.isochrone.control.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the commands show and trust.
 *
 * <p>Immutable.
 *
 * @param token the bearer token
 * @param tokenFrom where it was taken from, for people
 * @param caFile whose certificates are trusted; null: those that Java trusts
 * @param trustedFrom the same for people
 */
record Credentials(String token, String tokenFrom, @Nullable Path caFile, String trustedFrom) {
    private static final int LONGEST_TOKEN = 8 << 10;

    /**
     * Takes them from options, else the environment, else the files of a control plane on this machine: those only when the control
     * plane that is asked is on this machine too.
     *
     * @throws FailedException with exit code 2 when there is no token or it cannot be read
     */
    static Credentials find(Connection options, URI control, Surroundings around) {
        boolean local = isLocal(control);
        Path caFile = options.caFile != null ? options.caFile : fromEnv(around, "ISOCHRONE_CA_FILE");
        if (caFile != null) {
            caFile = around.folder().resolve(caFile);
        } else if (local) {
            caFile = LocalFiles.find(around.folder(), LocalFiles.CA);
        }
        Path tokenFile = options.tokenFile != null ? options.tokenFile : fromEnv(around, "ISOCHRONE_TOKEN_FILE");
        if (tokenFile != null) {
            tokenFile = around.folder().resolve(tokenFile);
        } else if (local) {
            tokenFile = LocalFiles.find(around.folder(), LocalFiles.TOKEN);
        }
        if (tokenFile == null) {
            throw FailedException.usage(
                    "--token-file: missing (expected: a file that holds a token)",
                    "Name it here or in ISOCHRONE_TOKEN_FILE. A control plane leaves its first one in its data folder",
                    "as " + LocalFiles.TOKEN + "; it is found without being named in ./" + LocalFiles.FOLDER + ".");
        }
        return new Credentials(
                read(tokenFile),
                tokenFile.toString(),
                caFile,
                caFile == null ? "an authority that Java trusts" : "an authority in " + caFile);
    }

    /** Without its token. */
    @Override
    public String toString() {
        return "Credentials[token=***, tokenFrom=" + tokenFrom + ", caFile=" + caFile + "]";
    }

    private static @Nullable Path fromEnv(Surroundings around, String name) {
        String value = around.env().get(name);
        return value == null || value.isBlank() ? null : Path.of(value);
    }

    private static boolean isLocal(URI control) {
        String host = String.valueOf(control.getHost()).toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private static String read(Path file) {
        String text;
        try {
            if (Files.size(file) > LONGEST_TOKEN) {
                throw FailedException.usage("--token-file: " + file + " is longer than 8 KiB (expected: one token)");
            }
            text = Files.readString(file).strip();
        } catch (IOException e) {
            throw FailedException.usage("--token-file: " + file + " cannot be read (expected: a file with a token)");
        }
        if (!text.matches("[A-Za-z0-9._~+/=:-]+")) {
            throw FailedException.usage("--token-file: " + file + " (expected: one token and nothing else)");
        }
        return text;
    }
}
