package io.isochrone.control.clients;

import io.isochrone.control.Control;
import io.isochrone.control.ControlOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A whole control plane with a gateway in each of a few regions, which takes whatever it is told.
 *
 * <p>Not thread-safe; confined to the test.
 */
public final class RunningControl implements AutoCloseable {
    private final Control control;
    private final List<TakingNode> nodes = new ArrayList<>();

    private RunningControl(Control control) {
        this.control = control;
    }

    /** Starts one with its data in a folder, and nodes of a service that may be made later. */
    public static RunningControl start(Path folder, String service, String... regions) throws IOException {
        RunningControl running = new RunningControl(Control.start(ControlOptions.local(folder)));
        try {
            for (String region : regions) {
                running.nodes.add(TakingNode.start(running, service, region));
            }
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
        return running;
    }

    /** Where it listens. */
    public String url() {
        return "https://localhost:" + control.port();
    }

    /** The file with an operator's token. */
    public Path token() {
        return control.tokenFile();
    }

    /** The file with its authority's certificate. */
    public Path authority() {
        return Objects.requireNonNull(control.authorityFile());
    }

    @Override
    public void close() {
        nodes.forEach(TakingNode::close);
        control.close();
    }
}
