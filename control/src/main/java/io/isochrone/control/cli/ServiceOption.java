package io.isochrone.control.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which service a command is about. Not thread-safe; confined to the main thread. */
final class ServiceOption {
    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "the service (not needed when the control plane has only one)")
    @Nullable
    String name;
}
