package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Gives orders to another JVM, by the JDK's jcmd. Thread-safe: immutable. */
final class Jcmd {
    private static final long LIMIT_SECONDS = 30;

    private final Rig rig;

    Jcmd(Rig rig) {
        this.rig = rig;
    }

    /** The same for an order that not every JVM knows. */
    void tryTo(long pid, String order) throws IOException, InterruptedException {
        try {
            run(pid, order);
        } catch (StoppedException e) {
            throw e;
        } catch (IOException e) {
            // Older ones go without.
        }
    }

    /** What the JVM says to the order. Throws IOException when it does not answer. */
    String run(long pid, String order) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Child child = rig.children.start(
                rig.pinning.other(List.of(jcmd, String.valueOf(pid), order)), rig.files.folder("jcmd"));
        boolean ended = child.awaitEnd(LIMIT_SECONDS);
        rig.children.stop(child);
        rig.children.check();
        if (!ended || child.exitValue() != 0) {
            throw new IOException("jcmd: " + child.message() + " (expected: an answer to " + order + ")");
        }
        return child.output();
    }
}
