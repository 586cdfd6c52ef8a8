package io.isochrone.control.cli;

import java.io.PrintWriter;

/**
 * How far something has come: on a terminal one line that changes, elsewhere a line for each change.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Progress implements AutoCloseable {
    private final PrintWriter err;
    private final boolean terminal;
    private String last = "";
    private boolean shown;

    Progress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Shows a line unless it is the one that is shown already. */
    void show(String line) {
        if (line.equals(last)) {
            return;
        }
        last = line;
        if (terminal) {
            err.print("\r\u001b[K" + line);
            shown = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Takes the line away, so that other output can follow. */
    @Override
    public void close() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
            shown = false;
        }
    }
}
