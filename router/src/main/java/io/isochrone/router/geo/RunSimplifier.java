package io.isochrone.router.geo;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Describes a table of runs by fewer runs, with little {@code weighted losses + price * runs}. Rounding each block by itself, as to
 * the heaviest cell of a /20, keeps detail where nobody lives and loses it where one block is shared by far cities.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class RunSimplifier {
    /*
     * Viterbi's algorithm over cells: best[c] is the least cost of describing everything so far with c in force at the end. A step
     * adds the weighted loss of having c in force over the next exact run; any cell can be entered for the price of a run from the
     * best of the step before. Deliberately short of the least: only the exact run's own cell is entered, and a cell that costs more
     * than entering it would is dropped until it is seen again. So a few dozen cells are alive at a time, not 64,800.
     * Sources: A. J. Viterbi, Error bounds for convolutional codes, 1967; R. B. Potts, 1952, for the price of a change.
     */

    /** How bad it is to say one cell for the other: from 0 to 1, 0 for the same. */
    interface Loss {
        double between(char said, char exact);
    }

    private record Run(char cell, int from, @Nullable Run before) {}

    private final Loss loss;
    private char[] cells = new char[64];
    private double[] costs = new double[64];
    private Run[] ends = new Run[64];
    private int alive;

    RunSimplifier(Loss loss) {
        this.loss = loss;
    }

    /** @param weights of the exact runs, at least 0 */
    RunTable simplify(RunTable exact, float[] weights, double price) {
        alive = 0;
        double best = 0;
        Run end = null;
        for (int i = 0; i < exact.size(); i++) {
            step(exact.cell(i), weights[i], new Run(exact.cell(i), i, end), best + price);
            int least = 0;
            for (int a = 1; a < alive; a++) {
                least = costs[a] < costs[least] ? a : least;
            }
            best = costs[least];
            end = ends[least];
        }
        return table(exact, end);
    }

    private void step(char cell, float weight, Run entered, double entering) {
        boolean met = false;
        int kept = 0;
        for (int a = 0; a < alive; a++) {
            double cost = costs[a];
            Run end = ends[a];
            if (cells[a] == cell) {
                met = true;
                if (entering < cost) {
                    cost = entering;
                    end = entered;
                }
            } else if (cost >= entering) {
                continue;
            } else {
                cost += weight * loss.between(cells[a], cell);
            }
            cells[kept] = cells[a];
            costs[kept] = cost;
            ends[kept++] = end;
        }
        alive = kept;
        if (!met) {
            add(cell, entering, entered);
        }
    }

    private void add(char cell, double cost, Run end) {
        if (alive == cells.length) {
            cells = Arrays.copyOf(cells, alive * 2);
            costs = Arrays.copyOf(costs, alive * 2);
            ends = Arrays.copyOf(ends, alive * 2);
        }
        cells[alive] = cell;
        costs[alive] = cost;
        ends[alive++] = end;
    }

    private static RunTable table(RunTable exact, @Nullable Run end) {
        ArrayDeque<Run> runs = new ArrayDeque<>();
        for (Run run = end; run != null; run = run.before) {
            runs.addFirst(run);
        }
        long[] starts = new long[runs.size()];
        char[] cells = new char[runs.size()];
        int i = 0;
        for (Run run : runs) {
            starts[i] = exact.start(run.from);
            cells[i++] = run.cell;
        }
        return new RunTable(starts, cells);
    }
}
