package io.isochrone.bench.peers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what Linux tells in {@code /proc}, and the JDK of a heap. See proc(5). Thread-safe: no state. */
public final class ProcText {
    /** Linux shows times in hundredths of a second on every processor that Java runs on (USER_HZ). */
    static final int TICKS_PER_SECOND = 100;

    private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
    private static final Pattern ALLOWED = Pattern.compile("(?m)^Cpus_allowed_list:\\s+(\\S+)");
    private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) .*");
    private static final Pattern MAPPED = Pattern.compile("^Rss:\\s+(\\d+) kB.*");
    private static final Pattern GENERATION = Pattern.compile(
            "(?m)^\\s*(?:def new generation|tenured generation|DefNew|Tenured|garbage-first heap|PSYoungGen|ParOldGen)\\s"
                    + "[^\\n]*?used (\\d+)K[^\\n]*?\\[0x([0-9a-f]+),[^\\n]*?0x([0-9a-f]+)\\)");

    private ProcText() {}

    /** User and system time of a process and of its children that ended and were waited for, in ticks, from its {@code stat}. */
    static long ticksWithEnded(String stat) {
        String[] fields = afterName(stat);
        long sum = 0;
        for (int i = 11; i <= 14; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }

    /** The name stands in brackets and may hold blanks and brackets, so fields are counted from its end. */
    private static String[] afterName(String stat) {
        int end = stat.lastIndexOf(')');
        if (end < 0 || end + 2 > stat.length()) {
            throw new IllegalArgumentException("stat: \"" + stat + "\" (expected: a line of /proc/PID/stat)");
        }
        return stat.substring(end + 2).split(" ");
    }

    /** Whether it is a thread of the kernel, from its {@code stat}: those do what the load makes them do. */
    static boolean isKernel(String stat) {
        return stat.startsWith("2 ") || afterName(stat)[1].equals("2");
    }

    /** Time that other machines took from all processors, in ticks, from {@code /proc/stat}. */
    static long stolenTicks(String stat) {
        String[] fields = stat.substring(0, stat.indexOf('\n')).trim().split(" +");
        if (!fields[0].equals("cpu") || fields.length < 9) {
            throw new IllegalArgumentException("stat: \"" + fields[0] + "\" (expected: cpu and its times)");
        }
        return Long.parseLong(fields[8]);
    }

    /** Memory of a process in KiB that is resident, from its {@code status}; 0 for one that has ended. */
    public static long residentKib(String status) {
        Matcher matcher = RSS.matcher(status);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** The processors that a process may use, from its {@code status}; empty when it does not say. */
    static String allowedCpus(String status) {
        Matcher matcher = ALLOWED.matcher(status);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** What {@code jcmd PID GC.heap_info} says: memory in use in KiB, and the addresses between which the heap lies. */
    record Heap(long usedKib, long from, long to) {}

    /** Sums up the generations. Throws IllegalArgumentException when there is none. */
    static Heap heap(String info) {
        Matcher matcher = GENERATION.matcher(info);
        long used = 0;
        long from = Long.MAX_VALUE;
        long to = 0;
        while (matcher.find()) {
            used += Long.parseLong(matcher.group(1));
            from = Math.min(from, Long.parseUnsignedLong(matcher.group(2), 16));
            to = Math.max(to, Long.parseUnsignedLong(matcher.group(3), 16));
        }
        if (to == 0) {
            throw new IllegalArgumentException("heap: \"" + info.strip() + "\" (expected: a generation's use)");
        }
        return new Heap(used, from, to);
    }

    /** Resident memory in KiB of the mappings of {@code smaps} that do not lie within the heap. */
    static long residentOutside(String smaps, Heap heap) {
        long sum = 0;
        boolean inside = false;
        for (String line : smaps.split("\n")) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                inside = start >= heap.from() && start < heap.to();
                continue;
            }
            Matcher rss = MAPPED.matcher(line);
            if (!inside && rss.matches()) {
                sum += Long.parseLong(rss.group(1));
            }
        }
        return sum;
    }
}
