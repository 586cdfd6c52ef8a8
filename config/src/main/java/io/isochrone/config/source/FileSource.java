package io.isochrone.config.source;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.isochrone.config.read.DeploymentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment file that is looked at every second. A good change is handed on; a bad one is refused whole, its problems are logged
 * once, and what was there before stays in force. The same content is no change, whatever its time stamp; a file that is away for a
 * moment, as editors and symbolic-link swaps do it, is looked at again.
 *
 * <p>Thread-safe: {@link #poll} runs on one executor, counters may be read anywhere.
 */
public final class FileSource {
    /** Takes a good deployment. */
    public interface Taker {
        /** May refuse with IllegalArgumentException whose message says why; the old deployment stays then. */
        void take(Deployment deployment);
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileSource.class);

    private final Path file;
    private final Taker taker;
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private byte[] seen;

    /** Of a file whose present content has been taken already. */
    public FileSource(Path file, Taker taker) {
        this.file = file;
        this.taker = taker;
        this.seen = content();
    }

    /** Looks at the file every second on {@code executor} until that is shut down. */
    public void watch(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(this::poll, 1, 1, TimeUnit.SECONDS);
    }

    /** Looks at the file now. */
    public void poll() {
        byte[] now = content();
        if (now.length == 0 || Arrays.equals(now, seen)) {
            return;
        }
        seen = now;
        try {
            taker.take(DeploymentReader.readFile(file));
            loads.incrementAndGet();
            LOG.info("configuration taken file={}", file);
        } catch (InvalidConfigException e) {
            refusals.incrementAndGet();
            for (Problem problem : e.problems()) {
                LOG.warn("configuration refused, the old one stays problem={}", problem);
            }
        } catch (IllegalArgumentException e) {
            refusals.incrementAndGet();
            LOG.warn("configuration refused, the old one stays problem={}", e.getMessage());
        }
    }

    private byte[] content() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            LOG.debug("configuration file not readable now file={} cause={}", file, e.toString());
            return new byte[0];
        }
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
