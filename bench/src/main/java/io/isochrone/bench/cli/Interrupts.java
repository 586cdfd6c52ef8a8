package io.isochrone.bench.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order on Ctrl-C or SIGTERM: the JVM's shutdown waits until the command has finished. The JVM then exits
 * with the signal's code (130 after Ctrl-C, 143 after SIGTERM).
 *
 * <p>Thread-safe.
 */
final class Interrupts implements AutoCloseable {
    private static final int LIMIT_SECONDS = 10;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    /** Calls {@code stop} when the process is told to end, then waits up to 10 s for {@link #close}. */
    Interrupts(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        if (!finished.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                            System.err.println("isochrone: not finished after " + LIMIT_SECONDS + " s, ending anyway");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "interrupts");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The command has finished what it does. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down already; then the hook is what calls for this.
        }
    }
}
