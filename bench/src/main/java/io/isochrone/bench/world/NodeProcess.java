package io.isochrone.bench.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A JVM that runs {@link NodeMain}. Thread-safe: orders are given one at a time. */
final class NodeProcess {
    private static final int READY_SECONDS = 60;
    private static final int COMPLAINT_LINES = 20;
    private static final int ANSWER_SECONDS = 5;

    private final Process process;
    private final String name;
    private final CompletableFuture<String> ready;
    private final BlockingQueue<String> answers;
    private final LastLines complaints;

    private NodeProcess(
            Process process,
            String name,
            CompletableFuture<String> ready,
            BlockingQueue<String> answers,
            LastLines complaints) {
        this.process = process;
        this.name = name;
        this.ready = ready;
        this.answers = answers;
        this.complaints = complaints;
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
        Process process = new ProcessBuilder(command).start();
        String name = String.join(" ", args);
        CompletableFuture<String> ready = new CompletableFuture<>();
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        LastLines complaints = new LastLines(COMPLAINT_LINES);
        daemon("node-" + args.get(0), () -> read(process, ready, answers));
        daemon("node-" + args.get(0) + "-err", () -> complaints.readAll(process.getErrorStream()));
        return new NodeProcess(process, name, ready, answers, complaints);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Reads to the end, so that the process never waits for a reader. */
    private static void read(Process process, CompletableFuture<String> ready, BlockingQueue<String> answers) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    ready.complete(line.substring("ready ".length()));
                } else if (line.startsWith("answer ")) {
                    answers.add(line.substring("answer ".length()));
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
            throw new IOException("node: " + describe() + " (expected: ready)", e);
        }
    }

    /** Its arguments, whether it runs or how it ended (137 after SIGKILL), and the last lines that it wrote to stderr. */
    String describe() {
        String state = process.isAlive() ? "running" : "ended with exit code " + process.exitValue();
        return name + ", " + state + complaints.text();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it serves by now. */
    boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** Gives an order and returns its answer. Throws IOException when none comes within 5 s. */
    synchronized String ask(String order) throws IOException, InterruptedException {
        answers.clear();
        OutputStream in = process.getOutputStream();
        in.write((order + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        String answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (answer == null) {
            throw new IOException("node: " + describe() + " (expected: an answer to \"" + order + "\")");
        }
        return answer;
    }

    /** SIGSTOP: stops where it is; {@code on}: SIGCONT, goes on. Throws IOException when the system has no such signals. */
    void freeze(boolean on) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", on ? "-STOP" : "-CONT", Long.toString(process.pid())).start();
        if (!kill.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill: failed (expected: it stops process " + process.pid() + ")");
        }
    }

    /** SIGTERM, waiting up to a minute for its end. Returns whether it ended. */
    boolean terminate() throws InterruptedException {
        // Not Process.destroy: that closes the node's input too, which tells it that its parent is gone.
        process.toHandle().destroy();
        return process.waitFor(READY_SECONDS, TimeUnit.SECONDS);
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
