package io.isochrone.control.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that speaks to a control plane. Not thread-safe; confined to the main thread. */
final class Connection {
    static final String DEFAULT_CONTROL = "https://localhost:8443";

    @Option(
            names = "--control",
            paramLabel = "URL",
            description = "the control plane (ISOCHRONE_CONTROL, else " + DEFAULT_CONTROL + ")")
    @Nullable
    String control;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file that holds a token (ISOCHRONE_TOKEN_FILE, else a local control plane's own)")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "certificates to trust, in PEM (ISOCHRONE_CA_FILE, else a local control plane's own, "
                    + "else those that Java trusts)")
    @Nullable
    Path caFile;

    @Option(names = "--json", description = "print JSON instead of tables and words")
    boolean json;
}
