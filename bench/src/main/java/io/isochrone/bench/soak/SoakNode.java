package io.isochrone.bench.soak;

import io.isochrone.bench.peers.Child;
import io.isochrone.bench.peers.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A router, a gateway or a backend in a process of its own that can be killed, started again, stopped and let go on. Thread-safe. */
final class SoakNode {
    private final String name;
    private final int admin;
    private final List<String> command;
    private final Children children;
    private final Path folder;
    private final List<Child> lives = new ArrayList<>();

    /**
     * @param admin its admin port, or 0
     * @param command what starts it
     * @param folder where each life gets a folder
     */
    SoakNode(String name, int admin, List<String> command, Children children, Path folder) {
        this.name = name;
        this.admin = admin;
        this.command = List.copyOf(command);
        this.children = children;
        this.folder = folder;
    }

    String name() {
        return name;
    }

    int admin() {
        return admin;
    }

    /** Starts it; does not wait until it serves. */
    synchronized void start() throws IOException {
        lives.add(children.start(command, Files.createTempDirectory(folder, name + "-")));
    }

    /** SIGKILL; waits for the end, so that the port is free again. */
    synchronized void kill() throws InterruptedException {
        children.kill(last());
    }

    /** SIGSTOP. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).start();
        if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill " + name + ": failed (expected: a process of that id)");
        }
    }

    private synchronized Child last() {
        return lives.get(lives.size() - 1);
    }

    long pid() {
        return last().pid();
    }

    /** How often it was started. */
    synchronized int lives() {
        return lives.size();
    }

    boolean isAlive() {
        return last().isAlive();
    }

    /** What all its lives wrote. */
    synchronized Stream<String> output() throws IOException {
        List<String> all = new ArrayList<>();
        for (Child child : lives) {
            child.output().lines().forEach(all::add);
        }
        return all.stream();
    }

    /** The last that it wrote, in one line. */
    String message() throws IOException {
        return last().message();
    }
}
