package io.isochrone.control.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the commands take from around the process, so that a test can give them another world.
 *
 * <p>Not thread-safe; confined to the main thread.
 *
 * @param env the environment
 * @param errTerminal whether standard error is a terminal, where progress is one line that changes
 * @param answers where an operator's answers are read; null: there is nobody to ask
 * @param folder what relative paths start from
 * @param nanos the clock
 * @param pause how to wait
 */
public record Surroundings(
        Env env, boolean errTerminal, @Nullable BufferedReader answers, Path folder, LongSupplier nanos, Pause pause) {
    /** Those of this process; the launcher says by system properties which of its streams are terminals. */
    public static Surroundings ofProcess() {
        BufferedReader answers = Boolean.getBoolean("isochrone.in.terminal")
                ? new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
                : null;
        return new Surroundings(
                System::getenv,
                Boolean.getBoolean("isochrone.err.terminal"),
                answers,
                Path.of(""),
                System::nanoTime,
                length -> TimeUnit.NANOSECONDS.sleep(length.toNanos()));
    }

    /** Names to values. */
    @FunctionalInterface
    public interface Env {
        /** The value, or null. */
        @Nullable
        String get(String name);
    }

    /** A wait. */
    @FunctionalInterface
    public interface Pause {
        /** Waits as long. */
        void pause(Duration length) throws InterruptedException;
    }
}
