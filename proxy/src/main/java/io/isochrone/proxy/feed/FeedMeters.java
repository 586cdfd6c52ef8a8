package io.isochrone.proxy.feed;

import io.isochrone.config.source.ControlSource;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.proxy.observe.Metrics;
import java.util.Map;

/** The metrics of a configuration that comes from a control plane. Thread-safe: no state. */
public final class FeedMeters {
    private FeedMeters() {}

    /** Shows them. */
    public static void show(Metrics metrics, ControlSource source) {
        Map<String, String> none = Map.of();
        metrics.gauge(
                "isochrone.config.age.seconds",
                "Time since the control plane confirmed that what is run is current",
                none,
                source::ageSeconds);
        metrics.gauge("isochrone.config.version", "Version of the snapshot that is run", none, () -> {
            SnapshotId id = source.snapshot();
            return id == null ? 0 : id.version();
        });
        metrics.gauge("isochrone.config.epoch", "Epoch of the snapshot that is run", none, () -> {
            SnapshotId id = source.snapshot();
            return id == null ? 0 : id.epoch();
        });
        metrics.gauge(
                "isochrone.config.stale",
                "1 while the snapshot that was offered last is refused and an older one is in force",
                none,
                () -> source.refused() == null ? 0 : 1);
        metrics.gauge(
                "isochrone.config.unsaved",
                "1 while what is run cannot be kept on disk, so that a restart would begin with an older one",
                none,
                () -> source.isKept() ? 0 : 1);
        metrics.gauge(
                "isochrone.control.connected",
                "Whether the control plane answered the last request well",
                none,
                () -> source.isConnected() ? 1 : 0);
        metrics.total("isochrone.config.loads", "Changes taken", none, source::loads);
        metrics.total("isochrone.config.refusals", "Changes refused", none, source::refusals);
        metrics.total(
                "isochrone.control.offences",
                "Answers of the control plane that were of no use",
                none,
                source::offences);
    }
}
