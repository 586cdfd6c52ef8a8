package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that we started, with the processes that it starts. Its output goes to a file. Thread-safe: immutable. */
public final class Child {
    private static final int MAX_MESSAGE = 600;
    private static final long PATIENCE_SECONDS = 3;

    private final Process process;
    private final Path output;
    private final long startedNanos;

    /** {@code startedNanos}: just before it was started. */
    Child(Process process, Path output, long startedNanos) {
        this.process = process;
        this.output = output;
        this.startedNanos = startedNanos;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** It and all below it that live. */
    List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end; false when it did not come in time. */
    public boolean awaitEnd(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** How it ended; it must have. */
    public int exitValue() {
        return process.exitValue();
    }

    /** What it wrote so far, on both streams. */
    public String output() throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    }

    /** What it wrote so far in one line without the name of its folder, the end when it is long. */
    public String message() throws IOException {
        String text = output().replace(output.getParent() + "/", "").strip().replaceAll("\\s*\\n\\s*", " / ");
        return text.length() > MAX_MESSAGE ? "... " + text.substring(text.length() - MAX_MESSAGE) : text;
    }

    /** SIGKILL, without waiting for its end. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends it: SIGTERM, then SIGKILL after 3 s, to it and to all that it started. */
    void stop() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        if (process.isAlive()) {
            process.onExit()
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .handle((end, late) -> 0)
                    .join();
        }
    }
}
