package io.isochrone.config.problem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the problems of one file and knows where in the file each key and each list item stands, so that a rule that only
 * sees records can still point at a line.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class Problems {
    private record Position(int line, int column) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Map<String, Position> positions = new HashMap<>();
    private final IdentityHashMap<Object, String> paths = new IdentityHashMap<>();
    private int readingProblems = Integer.MAX_VALUE;

    /** Of the file named {@code file}, without any problem yet. */
    public Problems(String file) {
        this.file = file;
    }

    /** The file's name as the operator gave it. */
    public String file() {
        return file;
    }

    /** Remembers where {@code path} stands; line and column count from 1. */
    public void place(String path, int line, int column) {
        positions.put(path, new Position(line, column));
    }

    /** Whether the file says anything at {@code path}. */
    public boolean isPlaced(String path) {
        return positions.containsKey(path);
    }

    /** Remembers that this very object was read at {@code path}. */
    public void origin(Object read, String path) {
        paths.put(read, path);
    }

    /** The path at which this very object was read; {@code otherwise} when it was not read from the file. */
    public String pathOf(Object read, String otherwise) {
        return paths.getOrDefault(read, otherwise);
    }

    /** Adds a problem at the position of {@code path}, or of the nearest thing around it that has one. */
    public void add(String path, String value, String expected) {
        add(path, value, expected, null);
    }

    /** Adds a problem at the position of {@code path}, with a word that was perhaps meant. */
    public void add(String path, String value, String expected, @Nullable String suggestion) {
        Position position = position(path);
        addAt(position.line, position.column, path, value, expected, suggestion);
    }

    /** Adds a problem at a position of its own. */
    public void addAt(int line, int column, String path, String value, String expected, @Nullable String suggestion) {
        found.add(new Problem(file, line, column, path, value, expected, suggestion));
    }

    /** Ends the reading: what is added from now on is about what was read, not about what could not be read. */
    public void endReading() {
        readingProblems = found.size();
    }

    /** Whether something at {@code path} or inside it could not be read, so that what was read of it may be incomplete. */
    public boolean isIncomplete(String path) {
        for (Problem problem : found.subList(0, Math.min(readingProblems, found.size()))) {
            String other = problem.path();
            if (other.startsWith(path)
                    && (other.length() == path.length() || ".[".indexOf(other.charAt(path.length())) >= 0)) {
                return true;
            }
        }
        return false;
    }

    /** All problems in order of position. */
    public List<Problem> list() {
        List<Problem> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return List.copyOf(sorted);
    }

    /** Throws InvalidConfigException when there is any problem. */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new InvalidConfigException(list());
        }
    }

    private Position position(String path) {
        String around = path;
        while (true) {
            Position position = positions.get(around);
            if (position != null) {
                return position;
            }
            if (around.isEmpty()) {
                return new Position(1, 1);
            }
            around = around.substring(0, Math.max(0, Math.max(around.lastIndexOf('.'), around.lastIndexOf('['))));
        }
    }
}
