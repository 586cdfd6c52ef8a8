package io.isochrone.bench.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The last lines of a stream of text, each cut to {@value #MAX_CHARS} characters; older lines are forgotten.
 *
 * <p>Thread-safe: one thread reads the stream, any thread asks for the text.
 */
final class LastLines {
    private static final int MAX_CHARS = 400;

    private final int limit;
    private final Deque<String> lines = new ArrayDeque<>();

    LastLines(int limit) {
        this.limit = limit;
    }

    /** Reads to the end, so that the writer never waits for a reader; a stream that breaks has ended. */
    void readAll(InputStream from) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(stream broke: " + e.getMessage() + ")");
        }
    }

    private synchronized void add(String line) {
        if (lines.size() == limit) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) : line);
    }

    /** Each line behind a line break and an indent; empty when there is none. */
    synchronized String text() {
        StringBuilder all = new StringBuilder();
        lines.forEach(line -> all.append("\n    ").append(line));
        return all.toString();
    }
}
