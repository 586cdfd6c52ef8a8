package io.isochrone.proxy.rehearsal;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which a node rehearses. It serves meanwhile, but its status says that it is warming up, so that nobody is sent to it who
 * could be served elsewhere.
 *
 * <p>Thread-safe: one volatile flag, written by the rehearsing thread.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private volatile boolean running;

    /** A node's rehearsal. */
    @FunctionalInterface
    public interface Script {
        /** Rehearses no longer than {@code limit}; whatever it throws ends the rehearsal, not the node. */
        Rehearsal.Result run(Duration limit) throws Exception;
    }

    /** Whether the node still rehearses. */
    public boolean isRunning() {
        return running;
    }

    /** Begins at once on a thread of its own; a {@code limit} of zero: does nothing. */
    public void start(Script script, Duration limit) {
        if (limit.isZero()) {
            return;
        }
        running = true;
        Thread thread = new Thread(() -> run(script, limit), "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Script script, Duration limit) {
        try {
            Rehearsal.Result result = script.run(limit);
            LOG.info(
                    "warmed up requests={} good={} ms={}",
                    result.requests(),
                    result.good(),
                    result.took().toMillis());
        } catch (Exception e) {
            // A node that cannot rehearse serves all the same, only slower at first.
            LOG.warn("not warmed up, the first requests will be slower cause={}", e.toString());
        } finally {
            running = false;
        }
    }
}
