package io.isochrone.control.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a control plane on this machine leaves in its data folder for the commands. Thread-safe: no state. */
final class LocalFiles {
    /** The data folder unless the control plane was told another. */
    static final String FOLDER = "control-data";

    /** A token of the role operator. */
    static final String TOKEN = "operator.token";

    /** The certificate of the authority that issued the listener's certificate. */
    static final String CA = "ca.pem";

    private LocalFiles() {}

    /** The file of this name, or null when there is none. */
    static @Nullable Path find(Path from, String name) {
        Path file = from.resolve(FOLDER).resolve(name);
        return Files.isReadable(file) ? file : null;
    }
}
