package io.isochrone.proxy.tls;

import io.isochrone.proxy.observe.Metrics;
import java.util.Map;

/** Shows in a node's metrics what its certificates do. Thread-safe: no state. */
public final class TlsMeters {
    private TlsMeters() {}

    /** Adds the metrics; certificates that a later configuration adds are shown after {@link #show} is called again. */
    public static void show(Metrics metrics, NodeTls tls) {
        metrics.total("isochrone.tls.loads", "Changed certificates taken", Map.of(), tls::loads);
        metrics.total("isochrone.tls.refusals", "Changed certificates refused", Map.of(), tls::refusals);
        metrics.gauge(
                "isochrone.tls.stale",
                "1 while a certificate file is refused or unreadable and an older one is in force",
                Map.of(),
                () -> tls.lastProblem().isEmpty() ? 0 : 1);
        for (String file : tls.notAfterSeconds().keySet()) {
            metrics.gauge(
                    "isochrone.tls.certificate.not.after.seconds",
                    "When the certificate, or one in its chain, ends; seconds since 1970",
                    Map.of("file", file),
                    () -> tls.notAfterSeconds().getOrDefault(file, 0L));
        }
    }
}
