package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** All processes that a bench started and has not stopped. Thread-safe; once stopped nothing starts any more. */
public final class Children {
    private static final long KILL_SECONDS = 5;

    private final Set<Child> running = new CopyOnWriteArraySet<>();
    private boolean stopped;

    /** Starts a command in {@code folder}, where its output goes to {@code output.log}. */
    public synchronized Child start(List<String> command, Path folder) throws IOException {
        if (stopped) {
            throw new StoppedException();
        }
        Path output = folder.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        long now = System.nanoTime();
        Child child = new Child(builder.start(), output, now);
        running.add(child);
        return child;
    }

    /** Stops one of them. */
    public void stop(Child child) {
        child.stop();
        running.remove(child);
    }

    /** SIGKILLs one of them and waits up to 5 s for its end. */
    public void kill(Child child) throws InterruptedException {
        child.kill();
        child.awaitEnd(KILL_SECONDS);
        running.remove(child);
    }

    /** Those that were not stopped yet. */
    List<Child> running() {
        return List.copyOf(running);
    }

    /** Throws StoppedException once {@link #stopAll} was called. */
    public synchronized void check() throws StoppedException {
        if (stopped) {
            throw new StoppedException();
        }
    }

    /** Stops all of them and lets none start any more. */
    public void stopAll() {
        synchronized (this) {
            stopped = true;
        }
        List<Thread> stopping = new ArrayList<>();
        for (Child child : running) {
            Thread thread = new Thread(() -> stop(child), "stop-" + child.pid());
            thread.start();
            stopping.add(thread);
        }
        for (Thread thread : stopping) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
