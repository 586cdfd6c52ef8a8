package io.isochrone.bench.cli;

import java.io.PrintStream;

/**
 * A line on standard error that is written over again and again; nothing at all when there is no terminal.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Progress implements AutoCloseable {
    /** System property that the launcher sets when standard error is a terminal. */
    private static final String TERMINAL = "isochrone.err.terminal";

    private final PrintStream err;
    private final boolean terminal;
    private boolean shown;

    private Progress(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static Progress onTerminal() {
        return new Progress(System.err, Boolean.getBoolean(TERMINAL));
    }

    void show(String line) {
        if (terminal) {
            err.print("\r\u001b[K" + line);
            err.flush();
            shown = true;
        }
    }

    /** Takes the line away, so that other output can follow. */
    void clear() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
