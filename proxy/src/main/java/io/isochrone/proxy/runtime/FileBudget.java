package io.isochrone.proxy.runtime;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many client connections the process's limit of file descriptors bears.
 *
 * <p>Without it a process that is out of descriptors can neither connect to upstreams, nor answer probes and operators, nor open a log: it looks dead while it lives.
 * So clients never get the last ones: what is open when the class is loaded (a JVM keeps its libraries open), {@value #RESERVED_FILES} more and an eighth of the limit stay for everything else.
 *
 * <p>Thread-safe: fixed when the class is loaded.
 */
public final class FileBudget {
    private static final Logger LOG = LoggerFactory.getLogger(FileBudget.class);
    private static final int RESERVED_FILES = 64;
    private static final long LIMIT = limit();
    private static final int MOST = mostConnections(LIMIT, open());
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private FileBudget() {}

    /** Most client connections of this process, at least 16; a number beyond all use where no limit is known. */
    public static int mostConnections() {
        return MOST;
    }

    /** The same for a limit of {@code files}, of which {@code open} are in use by others; a limit of 0 and below is unknown. */
    static int mostConnections(long files, long open) {
        if (files <= 0) {
            return Integer.MAX_VALUE;
        }
        return (int) Math.max(16, Math.min(Integer.MAX_VALUE, files - open - RESERVED_FILES - files / 8));
    }

    private static long limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 0;
    }

    private static long open() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /** Says once if descriptors bound connections below what is configured. */
    static void tell(int configured) {
        if (configured > MOST && TOLD.compareAndSet(false, true)) {
            LOG.warn(
                    "file descriptors bound client connections bound={} limit={} max-connections={} "
                            + "(raise ulimit -n or lower limits.max-connections)",
                    MOST,
                    LIMIT,
                    configured);
        }
    }
}
