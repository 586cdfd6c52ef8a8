package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which processor measured processes have, the last one, and which ones all others have, this process too. Without taskset or with
 * one processor only, everything runs anywhere.
 *
 * <p>Thread-safe: immutable. What it did to this process ends with {@link #close}.
 */
final class Pinning implements AutoCloseable {
    private final @Nullable String taskset;
    private final String all;
    private final String peer;
    private final String others;

    private Pinning(@Nullable String taskset, String all, String peer, String others) {
        this.taskset = taskset;
        this.all = all;
        this.peer = peer;
        this.others = others;
    }

    /** Pins this process. */
    static Pinning start(Tools tools) throws IOException, InterruptedException {
        String taskset = tools.find(Tools.TASKSET);
        String all = ProcText.allowedCpus(Files.readString(Path.of("/proc/self/status")));
        List<Integer> cpus = all.isEmpty() ? List.of() : Cpus.parse(all);
        if (taskset == null || cpus.size() < 2) {
            return new Pinning(null, all, "", "");
        }
        int last = cpus.size() - 1;
        String others = cpus.subList(0, last).stream().map(String::valueOf).collect(Collectors.joining(","));
        Pinning pinning = new Pinning(taskset, all, String.valueOf(cpus.get(last)), others);
        pinning.pinSelf(others);
        return pinning;
    }

    /** The command of a process that is measured. */
    List<String> peer(List<String> command) {
        return pinned(peer, command);
    }

    /** The command of a process that may run on any processor; it would be pinned as this process is. */
    List<String> any(List<String> command) {
        return pinned(all, command);
    }

    /** The command of a process that helps. */
    List<String> other(List<String> command) {
        return pinned(others, command);
    }

    private List<String> pinned(String cpus, List<String> command) {
        if (taskset == null) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of(taskset, "-c", cpus));
        pinned.addAll(command);
        return pinned;
    }

    /** The processors that there were before, as Linux lists them; empty when that is unknown. */
    String allowed() {
        return all;
    }

    /** For people. */
    String describe() {
        return taskset == null
                ? "none: everything runs on any processor"
                : "measured processes on processor " + peer + ", all else on " + others;
    }

    private void pinSelf(String cpus) throws IOException, InterruptedException {
        if (taskset != null) {
            Process process = new ProcessBuilder(
                            taskset,
                            "-acp",
                            cpus,
                            String.valueOf(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            pinSelf(all);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
