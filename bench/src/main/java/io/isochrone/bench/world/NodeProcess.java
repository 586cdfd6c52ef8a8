package io.isochrone.bench.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A JVM that runs {@link NodeMain}. Thread-safe: immutable. */
final class NodeProcess {
    private static final int READY_SECONDS = 60;

    private final Process process;
    private final CompletableFuture<String> ready;

    private NodeProcess(Process process, CompletableFuture<String> ready) {
        this.process = process;
        this.ready = ready;
    }

    /** Starts a JVM with this JVM's class path; does not wait until it serves. */
    static NodeProcess start(List<String> flags, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(NodeMain.class.getName());
        command.addAll(args);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(process, ready), "node-" + args.get(0));
        reader.setDaemon(true);
        reader.start();
        return new NodeProcess(process, ready);
    }

    /** Reads to the end, so that the process never waits for a reader. */
    private static void read(Process process, CompletableFuture<String> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    ready.complete(line.substring("ready ".length()));
                }
            }
            ready.completeExceptionally(new IOException("node: ended before it served (expected: ready)"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /** What it printed behind {@code ready}; waits for it. Throws IOException when it ended or did not serve within a minute. */
    String awaitReady() throws IOException, InterruptedException {
        try {
            return ready.get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "node: did not start: " + process.info().commandLine().orElse(""), e);
        }
    }

    /** Whether it serves by now. */
    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** SIGKILL, without waiting for its end. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGKILL, waiting up to 5 s for its end. */
    void end() {
        try {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
