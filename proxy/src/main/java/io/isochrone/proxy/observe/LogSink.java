package io.isochrone.proxy.observe;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Where log lines go. May block or fail. Confined to the log's writer thread. */
interface LogSink extends Closeable {
    /** Writes {@code length} bytes of whole lines. After an exception an unknown part of them was written. */
    void write(byte[] lines, int length) throws IOException;

    /** Opens a sink; may block or fail. */
    @FunctionalInterface
    interface Opener {
        /** Opens anew. */
        LogSink open() throws IOException;
    }

    /** The process's standard output; closing leaves it open. */
    static LogSink stdout() {
        return of(new FileOutputStream(FileDescriptor.out), false);
    }

    /** A file that is appended to. */
    static LogSink file(String path) throws IOException {
        return of(new FileOutputStream(path, true), true);
    }

    private static LogSink of(OutputStream out, boolean closes) {
        return new LogSink() {
            @Override
            public void write(byte[] lines, int length) throws IOException {
                out.write(lines, 0, length);
            }

            @Override
            public void close() throws IOException {
                if (closes) {
                    out.close();
                }
            }
        };
    }
}
