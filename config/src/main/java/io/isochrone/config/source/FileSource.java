package io.isochrone.config.source;

import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment file that is looked at twice a second. A good change is handed on; a bad one is refused whole, its problems are
 * logged once, and what was there before stays in force.
 *
 * <p>The content decides, not the time stamp: a swapped symbolic link is a change, the same content again is none. A change is
 * judged when two looks in a row see it, because half a file can be a good file with fewer regions. While the file is away, empty or
 * unreadable, as editors leave it for a moment, nothing changes; one warning says so, and {@link #isStale} is true.
 *
 * <p>Thread-safe: {@link #poll} runs on one executor; counters and {@link #isStale} may be read anywhere.
 */
public final class FileSource {
    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);
    private static final long PERIOD_MILLIS = 500;

    private final Path file;
    private final Taker taker;
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    /** What was taken or refused last; {@code refusal} says why, and is empty if it was taken. */
    private byte @Nullable [] judged;

    /** What was taken last. */
    private byte @Nullable [] inForce;

    /** What the last look saw, if it is another content than the one judged. */
    private byte @Nullable [] candidate;

    private boolean isAway;
    private String refusal = "";
    private volatile String lastProblem = "";

    /** Of a file whose present content is in force or about to be read. */
    public FileSource(Path file, Taker taker) {
        this.file = file;
        this.taker = taker;
        this.judged = content();
        this.inForce = judged;
    }

    /** Looks at the file twice a second on {@code executor} until that is shut down. */
    public void watch(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(this::poll, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks at the file now. Throws nothing, so that watching never ends. */
    public void poll() {
        byte[] now = content();
        if (now == null) {
            candidate = null;
        } else if (Arrays.equals(now, judged)) {
            candidate = null;
            backAgain();
        } else if (!Arrays.equals(now, candidate)) {
            candidate = now;
        } else {
            judged = now;
            candidate = null;
            isAway = false;
            judge(now);
        }
    }

    private void judge(byte[] content) {
        if (Arrays.equals(content, inForce)) {
            refusal = "";
            lastProblem = "";
            LOG.info("configuration file holds again what is in force file={}", file);
            return;
        }
        try {
            taker.take(DeploymentReader.read(file, content));
            inForce = content;
            refusal = "";
            lastProblem = "";
            loads.incrementAndGet();
            LOG.info("configuration taken file={}", file);
        } catch (InvalidConfigException e) {
            for (Problem problem : e.problems()) {
                LOG.warn("configuration refused, the old one stays problem={}", problem);
            }
            refused(e.problems().get(0).toString());
        } catch (IllegalArgumentException e) {
            LOG.warn("configuration refused, the old one stays problem={}", e.getMessage());
            refused(file + ": " + e.getMessage());
        } catch (RuntimeException e) { // a bug of the taker's; an exception that gets out would end the watching
            LOG.error("configuration could not be taken file={}", file, e);
            refused(file + ": " + e);
        }
    }

    private void refused(String problem) {
        refusal = problem;
        lastProblem = problem;
        refusals.incrementAndGet();
    }

    /** Returns null when there is nothing to read. */
    private byte @Nullable [] content() {
        String cause = "empty";
        try {
            byte[] content = DeploymentReader.contents(file);
            if (content.length > 0) {
                return content;
            }
        } catch (IOException e) {
            cause = e.toString();
        }
        if (!isAway) {
            isAway = true;
            lastProblem = file + ": " + cause + " (expected: a readable file)";
            LOG.warn("configuration file cannot be read, the old one stays file={} cause={}", file, cause);
        }
        return null;
    }

    /** What is judged already is there again; if it was refused, it still is. */
    private void backAgain() {
        if (isAway) {
            isAway = false;
            lastProblem = refusal;
            LOG.info("configuration file is back unchanged file={}", file);
        }
    }

    /** Whether the file says something else than what is in force, or nothing: refused, away or unreadable. */
    public boolean isStale() {
        return !lastProblem.isEmpty();
    }

    /** The first problem of what is in the file now; empty when the file is in force. */
    public String lastProblem() {
        return lastProblem;
    }

    /** How many changes were taken. */
    public long loads() {
        return loads.get();
    }

    /** How many changes were refused. */
    public long refusals() {
        return refusals.get();
    }
}
