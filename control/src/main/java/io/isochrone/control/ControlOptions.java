package io.isochrone.control;

import io.isochrone.config.model.HostPort;
import io.isochrone.control.store.EtcdOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a control plane runs.
 *
 * <p>Immutable.
 *
 * @param listen where; port 0 for any
 * @param data the folder of its state, keys and certificates
 * @param names further names and addresses that its certificate is for
 * @param certificate the operator's own certificate file; null: one of the control plane's own authority
 * @param key its key file; null exactly when {@code certificate} is
 * @param domain below which services' host names stand in documents
 * @param patience how long nodes may take to follow a change
 * @param drain how long a location that leaves may take to become idle
 * @param etcd the members of the cluster that keeps what is stored; none: a file in {@code data} does
 * @param cluster how the cluster is used
 */
public record ControlOptions(
        HostPort listen,
        Path data,
        List<String> names,
        @Nullable Path certificate,
        @Nullable Path key,
        String domain,
        Duration patience,
        Duration drain,
        List<URI> etcd,
        EtcdOptions cluster) {
    /** How long nodes may take to follow a change. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    /** How long a location that leaves may take to become idle. */
    public static final Duration DRAIN = Duration.ofSeconds(60);

    public ControlOptions {
        names = List.copyOf(names);
        etcd = List.copyOf(etcd);
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--tls-cert, --tls-key: one without the other (expected: both or none)");
        }
    }

    /** On any port of this machine only, with defaults. */
    public static ControlOptions local(Path data) {
        return new ControlOptions(
                new HostPort("127.0.0.1", 0),
                data,
                List.of(),
                null,
                null,
                "isochrone.internal",
                PATIENCE,
                DRAIN,
                List.of(),
                EtcdOptions.DEFAULTS);
    }
}
