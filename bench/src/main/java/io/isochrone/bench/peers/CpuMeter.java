package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads what processor time processes have used. Thread-safe: immutable. */
final class CpuMeter {
    private static final Path PROC = Path.of("/proc");

    /** The {@code stat} of a process that has ended: it counts with the one that waited for it. */
    private static final String GONE = "0 () X" + " 0".repeat(16);

    private final Children children;

    CpuMeter(Children children) {
        this.children = children;
    }

    /**
     * Times at one moment, in ticks of {@link ProcText#TICKS_PER_SECOND} a second. Immutable.
     *
     * @param measured of the measured processes
     * @param own of this process, of all its children that live, and of those that ended
     * @param busy of all processes and of other machines that took this one's processors
     * @param nanos when
     */
    record Reading(long measured, long own, long busy, long nanos) {
        /** CPU seconds of the measured processes since then. */
        double secondsSince(Reading earlier) {
            return (measured - earlier.measured) / (double) ProcText.TICKS_PER_SECOND;
        }

        double wallSince(Reading earlier) {
            return (nanos - earlier.nanos) / 1e9;
        }

        /** Processors that others used since then, on average; ticks of different counters differ, so it can be a little below 0. */
        double foreignSince(Reading earlier) {
            double ticks = busy - earlier.busy - (own - earlier.own);
            return ticks / ProcText.TICKS_PER_SECOND / wallSince(earlier);
        }
    }

    /** Reads all clocks now. */
    Reading read(List<Child> measured) throws IOException {
        long sum = 0;
        for (Child child : measured) {
            sum += ticks(child);
        }
        long now = System.nanoTime();
        long own = ProcText.ticksWithEnded(Files.readString(PROC.resolve("self/stat")));
        for (Child child : children.running()) {
            own += ticks(child);
        }
        return new Reading(sum, own, busy(), now);
    }

    /**
     * Whether time in interrupts belongs to processes differs between kernels; so this adds up processes rather than ask for the
     * machine's own sum.
     */
    private static long busy() throws IOException {
        long sum = ProcText.stolenTicks(Files.readString(PROC.resolve("stat")));
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                String stat = text(Long.parseLong(process.getFileName().toString()), "stat", GONE);
                sum += ProcText.isKernel(stat) ? 0 : ProcText.ticksWithEnded(stat);
            }
        }
        return sum;
    }

    private static long ticks(Child child) throws IOException {
        long sum = 0;
        for (long pid : child.pids()) {
            sum += ProcText.ticksWithEnded(text(pid, "stat", GONE));
        }
        return sum;
    }

    /** Resident memory of processes in KiB. */
    static long residentKib(List<Child> children) throws IOException {
        long sum = 0;
        for (Child child : children) {
            for (long pid : child.pids()) {
                sum += ProcText.residentKib(text(pid, "status", ""));
            }
        }
        return sum;
    }

    /** A file of a process, or {@code gone} when there is no such process. */
    static String text(long pid, String file, String gone) throws IOException {
        try {
            return Files.readString(PROC.resolve(Long.toString(pid)).resolve(file));
        } catch (NoSuchFileException e) {
            return gone;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return gone;
            }
            throw e;
        }
    }
}
