package io.isochrone.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs of several subjects by turns, so that what disturbs the machine for a while disturbs them all. A run that does not count is
 * repeated at most {@value PeersPlan#REPEATS} times; a subject none of whose runs of the first round counts is left out.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class Rounds {
    private final int runs;
    private final Consumer<String> progress;
    private final Map<String, List<Run>> results = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    Rounds(int runs, Consumer<String> progress) {
        this.runs = runs;
        this.progress = progress;
    }

    /** Measures a subject once. */
    @FunctionalInterface
    interface Attempt {
        Run run(String subject) throws IOException, InterruptedException;
    }

    /** Makes all runs of all subjects. */
    void run(String what, List<String> subjects, Attempt attempt) throws IOException, InterruptedException {
        for (int round = 1; round <= runs; round++) {
            for (String subject : subjects) {
                if (!missing.containsKey(subject)) {
                    String prefix = what + ": " + subject + ", run " + round + " of " + runs;
                    once(prefix, subject, round == 1, attempt);
                }
            }
        }
    }

    private void once(String prefix, String subject, boolean first, Attempt attempt)
            throws IOException, InterruptedException {
        String reason = "";
        for (int time = 0; time <= PeersPlan.REPEATS; time++) {
            progress.accept(prefix + (reason.isEmpty() ? "" : ", again: " + reason));
            Run run = attempt(subject, attempt);
            results.computeIfAbsent(subject, unused -> new ArrayList<>()).add(run);
            reason = run.thrown() == null ? "" : run.thrown();
            if (run.counts()) {
                return;
            }
        }
        if (first) {
            missing.put(subject, "no run counts: " + reason);
        }
    }

    private static Run attempt(String subject, Attempt attempt) throws IOException, InterruptedException {
        try {
            return attempt.run(subject);
        } catch (StoppedException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            return new Run(Map.of(), Map.of(), e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** By subject, in the order of time. */
    Map<String, List<Run>> results() {
        return results;
    }

    /** Why a subject has no run that counts, by subject. */
    Map<String, String> missing() {
        return missing;
    }
}
