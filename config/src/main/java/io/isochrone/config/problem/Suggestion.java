package io.isochrone.config.problem;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the known word that somebody perhaps meant. Thread-safe: no state. */
public final class Suggestion {
    private static final int LONGEST = 64;

    private Suggestion() {}

    /**
     * Returns the word with the fewest changes from {@code written} (a letter more, less or other, or two swapped; case does
     * not count), or null when even the best differs in more than a third of its letters. Of equals the first.
     */
    public static @Nullable String nearest(String written, Collection<String> words) {
        if (written.length() > LONGEST) {
            return null;
        }
        String best = null;
        int bestChanges = Integer.MAX_VALUE;
        String lower = written.toLowerCase(Locale.ROOT);
        for (String word : words) {
            int changes = changes(lower, word.toLowerCase(Locale.ROOT));
            if (changes < bestChanges && changes <= Math.max(1, word.length() / 3)) {
                best = word;
                bestChanges = changes;
            }
        }
        return best;
    }

    /** The optimal string alignment distance. {@code rows[i % 3][j]} = changes from the first i of a to the first j of b. */
    private static int changes(String a, String b) {
        int[][] rows = new int[3][b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            rows[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = rows[i % 3];
            int[] above = rows[(i - 1) % 3];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(above[j - 1] + (same ? 0 : 1), Math.min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], rows[(i - 2) % 3][j - 2] + 1);
                }
            }
        }
        return rows[a.length() % 3][b.length()];
    }
}
