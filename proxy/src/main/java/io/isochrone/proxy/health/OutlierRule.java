package io.isochrone.proxy.health;

/**
 * Which of several nodes with the same work behind them answers so much worse than the others that it must be the node's own fault.
 *
 * <p>Thread-safe: no state.
 */
public final class OutlierRule {
    /** Fewer answers than these say nothing, neither of a node nor of the others together. */
    static final int LEAST = 10;

    private OutlierRule() {}

    /**
     * The index of the worst node of which more than half of the answers were bad while of the others' together less than a tenth were; -1: there is none, and none where all
     * are bad, for that is what is behind them.
     *
     * @param answers of each node in a time
     * @param bad how many of them were 5xx, were cut or were no HTTP
     */
    public static int find(long[] answers, long[] bad) {
        long all = 0;
        long allBad = 0;
        int worst = -1;
        for (int i = 0; i < answers.length; i++) {
            all += answers[i];
            allBad += bad[i];
            boolean odd = answers[i] >= LEAST && 2 * bad[i] > answers[i];
            if (odd && (worst < 0 || bad[i] * answers[worst] > bad[worst] * answers[i])) {
                worst = i;
            }
        }
        if (worst < 0) {
            return -1;
        }
        long others = all - answers[worst];
        long othersBad = allBad - bad[worst];
        return others >= LEAST && 10 * othersBad < others ? worst : -1;
    }
}
