package io.isochrone.config.source;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configuration that comes from a control plane: what is offered is judged, handed on, and kept on the disk before anybody is told that
 * it is run. What is refused changes nothing. The node serves without the control plane, for ever if need be; it starts from the disk.
 *
 * <p>Judged in this order: the checksum; the number, which only goes up; the reader of configuration files; whether too many locations
 * vanish at once; the taker.
 *
 * <p>Thread-safe: {@link #start} makes two daemon threads, one that polls and takes, one that reports; everything else may be read
 * anywhere, and nothing on a request's way waits for either.
 */
public final class ControlSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSource.class);
    private static final long TOUCH_NANOS = 60_000_000_000L;

    private final Node node;
    private final Taker taker;
    private final SnapshotFolder folder;
    private final ControlLink link;

    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong offences = new AtomicLong();
    private volatile @Nullable Held held;
    private volatile @Nullable Refusal refusal;
    private volatile boolean unsaved;
    private volatile String waiting = "";
    private volatile long confirmedNanos;
    private volatile boolean everConfirmed;
    /** Whether the last change could not be applied, so that the whole is asked for. By the polling thread only. */
    private boolean wantsWhole;

    private long touchedNanos = System.nanoTime() - TOUCH_NANOS;

    /**
     * @param folder where what is run is kept
     * @param taker is handed what is good, on the polling thread
     */
    public ControlSource(ControlSettings settings, Path folder, Node node, Taker taker) {
        this(settings, ControlLink.Times.DEFAULTS, folder, node, taker);
    }

    ControlSource(ControlSettings settings, ControlLink.Times times, Path folder, Node node, Taker taker) {
        this.node = node;
        this.taker = taker;
        this.folder = new SnapshotFolder(folder);
        this.link = new ControlLink(settings, times, this);
    }

    /**
     * Hands on what the node ran last, from its disk: the newest that is whole and that the taker takes. Blocks; before {@link #start}.
     * Returns whether there was any.
     */
    public boolean startFromDisk() {
        for (SnapshotFolder.Kept kept : folder.read()) {
            Snapshot snapshot = kept.snapshot();
            try {
                Deployment deployment =
                        DeploymentReader.readSnapshot(kept.file().toString(), snapshot.text());
                taker.take(deployment);
                folder.runs(kept);
                held = new Held(snapshot, snapshot.checksum(), deployment);
                long age = Math.max(
                        0, Instant.now().toEpochMilli() - kept.confirmed().toEpochMilli());
                confirmedNanos = System.nanoTime() - age * 1_000_000;
                everConfirmed = true;
                LOG.info("configuration taken from disk file={} snapshot={}", kept.file(), snapshot.id());
                return true;
            } catch (Throwable e) { // whatever it is, the one before may do
                LOG.warn("kept snapshot cannot be used and is passed over file={}", kept.file(), e);
            }
        }
        LOG.warn("no good snapshot on disk, waiting for the control plane folder={}", folder.path());
        return false;
    }

    /** Begins to poll and to report. */
    public void start() {
        link.start();
    }

    /** The node's state changed: that is reported at once. */
    public void stateChanged() {
        link.reportNow();
    }

    Node node() {
        return node;
    }

    /** What a poll says now. On the polling thread. */
    byte[] poll() {
        return ControlText.poll(node, wantsWhole ? null : held, refusal);
    }

    /** What a report says now. */
    byte[] report() {
        return ControlText.report(node, held, refusal);
    }

    /** Nothing newer is meant for the node. On the polling thread. */
    void nothingNewer(String reasonToWait) {
        if (!reasonToWait.equals(waiting)) {
            waiting = reasonToWait;
            if (!reasonToWait.isEmpty()) {
                LOG.warn("waiting: {}", reasonToWait);
            }
        }
        Held now = held;
        Refusal no = refusal;
        boolean behind =
                now != null && no != null && no.id().compareTo(now.snapshot().id()) > 0;
        if (reasonToWait.isEmpty() && !behind) {
            confirmed();
        }
    }

    private void confirmed() {
        long now = System.nanoTime();
        confirmedNanos = now;
        everConfirmed = true;
        if (held != null && !unsaved && now - touchedNanos >= TOUCH_NANOS) {
            touchedNanos = now;
            folder.confirmed(Instant.now());
        }
    }

    /**
     * Judges an answer. On the polling thread.
     *
     * @return whether the control plane did well: false when it should be asked again later, or another replica
     */
    boolean offered(byte[] json) {
        Offer offer;
        Snapshot snapshot;
        Held now = held;
        try {
            offer = Offer.read(json);
        } catch (IOException e) {
            return offence("answer cannot be read", e.getMessage());
        }
        try {
            snapshot = offer.snapshot(now == null ? null : now.snapshot());
        } catch (IllegalArgumentException e) {
            boolean again = !offer.isWhole() && !wantsWhole;
            wantsWhole = true;
            return offence("answer does not add up", e.getMessage()) || again;
        }
        wantsWhole = false;
        if (now != null && SnapshotRule.isSame(now.snapshot().id(), now.checksum(), offer.id(), offer.checksum())) {
            refusal = null;
            confirmed();
            return true;
        }
        String order = now == null
                ? null
                : SnapshotRule.order(now.snapshot().id(), now.checksum(), offer.id(), offer.checksum());
        String reason = order == null ? take(snapshot, offer, now) : order;
        if (reason == null) {
            return true;
        }
        Refusal refused = new Refusal(offer.id(), reason);
        boolean news = !refused.equals(refusal);
        refusal = refused;
        if (news) {
            refusals.incrementAndGet();
            LOG.warn(
                    "configuration refused, the old one stays snapshot={} reason=\"{}\"", offer.id(), refused.reason());
            link.reportNow();
        }
        return news && order == null; // what is offered again without end is asked for at a slower pace
    }

    /** Returns why it was refused, or null. */
    private @Nullable String take(Snapshot snapshot, Offer offer, @Nullable Held now) {
        Deployment deployment;
        try {
            deployment = DeploymentReader.readSnapshot("snapshot " + snapshot.id(), snapshot.text());
        } catch (InvalidConfigException e) {
            return reason(snapshot, e);
        } catch (RuntimeException | StackOverflowError e) { // a bug of the reader's must not end the polling
            LOG.error("snapshot could not be read snapshot={}", snapshot.id(), e);
            return "could not be read: " + e;
        }
        String shrinking = now == null ? null : SnapshotRule.shrinking(now.deployment(), deployment, offer.force());
        if (shrinking != null) {
            return shrinking;
        }
        try {
            taker.take(deployment);
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        } catch (Throwable e) { // a bug of the taker's, or memory: the old one serves on, and everybody can see why
            LOG.error("snapshot could not be taken snapshot={}", snapshot.id(), e);
            return "could not be taken: " + e;
        }
        save(snapshot);
        held = new Held(snapshot, offer.checksum(), deployment);
        refusal = null;
        waiting = "";
        loads.incrementAndGet();
        confirmed();
        LOG.info("configuration taken snapshot={}", snapshot.id());
        link.reportNow();
        return null;
    }

    private static String reason(Snapshot snapshot, InvalidConfigException e) {
        StringBuilder out = new StringBuilder();
        for (Problem problem : e.problems()) {
            if (out.length() > Refusal.MOST_REASON) {
                break;
            }
            String item = snapshot.itemAt(problem.line());
            out.append(out.length() == 0 ? "" : "\n")
                    .append(item == null ? "" : item + ": ")
                    .append(problem);
        }
        return out.toString();
    }

    private void save(Snapshot snapshot) {
        try {
            folder.write(snapshot);
            if (unsaved) {
                LOG.info("what is run is kept on disk again folder={}", folder.path());
            }
            unsaved = false;
        } catch (IOException | RuntimeException e) { // it is run all the same; a restart would begin with an older one
            if (!unsaved) {
                LOG.warn("what is run cannot be kept on disk folder={} cause=\"{}\"", folder.path(), e.toString());
            }
            unsaved = true;
        }
    }

    /** Tries again to keep what could not be kept. On the polling thread. */
    void saveAgain() {
        Held now = held;
        if (unsaved && now != null) {
            save(now.snapshot());
        }
    }

    /** The control plane said something that it should not have. Always false. */
    boolean offence(String what, @Nullable String cause) {
        if (offences.incrementAndGet() == 1 || LOG.isDebugEnabled()) {
            LOG.warn("{}, what is run stays cause=\"{}\"", what, Objects.requireNonNullElse(cause, ""));
        }
        return false;
    }

    /** What is run; null: nothing yet. */
    public @Nullable SnapshotId snapshot() {
        Held now = held;
        return now == null ? null : now.snapshot().id();
    }

    /** Why the node has to wait, as the control plane said last; empty: it need not. */
    public String waiting() {
        return waiting;
    }

    /** Why what was offered last is not run; null: it is. */
    public @Nullable String refused() {
        Refusal now = refusal;
        return now == null ? null : now.reason();
    }

    /** Seconds since the control plane confirmed that what is run is current, over restarts too; infinite when it never did. */
    public double ageSeconds() {
        return everConfirmed ? (System.nanoTime() - confirmedNanos) / 1e9 : Double.POSITIVE_INFINITY;
    }

    /** How many snapshots were taken from the control plane. */
    public long loads() {
        return loads.get();
    }

    /** How many snapshots were refused. */
    public long refusals() {
        return refusals.get();
    }

    /** How many answers were of no use: cut, garbage, checksums that do not come out right. */
    public long offences() {
        return offences.get();
    }

    /** Whether the last request to the control plane was answered well. */
    public boolean isConnected() {
        return link.isConnected();
    }

    /** Whether what is run is on the disk. */
    public boolean isKept() {
        return !unsaved;
    }

    /** Ends both threads; what is run goes on. */
    @Override
    public void close() {
        link.close();
    }
}
