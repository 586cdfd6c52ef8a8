package io.isochrone.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many file descriptors a process may have. Immutable. */
public record FileLimit(long most) {
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\d+|unlimited)");
    private static final Path LIMITS = Path.of("/proc/self/limits");

    /** What holds for this process, and so for those that it starts. Without {@code /proc} none is known, and there is no Linux. */
    public static FileLimit ofThisProcess() throws IOException {
        return Files.isReadable(LIMITS) ? read(Files.readString(LIMITS)) : new FileLimit(0);
    }

    /** Reads {@code /proc/PID/limits}. */
    static FileLimit read(String limits) {
        Matcher matcher = OPEN_FILES.matcher(limits);
        if (!matcher.find()) {
            return new FileLimit(0);
        }
        return new FileLimit("unlimited".equals(matcher.group(1)) ? Long.MAX_VALUE : Long.parseLong(matcher.group(1)));
    }

    /** What stands in the way of a plan and what to do, or null. */
    public @Nullable String problem(SoakPlan plan) {
        if (most == 0) {
            return "/proc/self/limits: not there (expected: Linux)";
        }
        if (most >= plan.neededFiles()) {
            return null;
        }
        return "ulimit -n: " + most + " (expected: >= " + plan.neededFiles() + " for --idle " + plan.idle()
                + "); raise it with ulimit -n " + plan.neededFiles() + ", or reduce --idle to "
                + Math.max(0, plan.idle() - (plan.neededFiles() - most));
    }
}
