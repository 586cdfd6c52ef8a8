package io.isochrone.control.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command follows what it has begun. Not thread-safe; confined to the main thread. */
final class Waiting {
    @Option(names = "--no-wait", description = "do not wait until the nodes have it")
    boolean not;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Spans.class,
            description = "longest wait, such as 30s (${DEFAULT-VALUE}); what was begun goes on after it")
    Duration timeout;
}
