package io.isochrone.router.region;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.OutlierRule;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Takes a node out that answers badly while its neighbours in the region answer well, for they have the same backends. The last node that may be used stays. Looked at when there is a bad
 * answer, at most every {@value #WINDOW_MILLIS} ms.
 *
 * <p>Thread-safe: one event loop looks at a time.
 */
final class Outliers {
    static final int WINDOW_MILLIS = 500;

    private final List<Endpoint> nodes;
    private final AtomicLong windowNanos = new AtomicLong();
    /** Of each node what had been counted when the window began: answers, then bad ones. */
    private final AtomicLongArray before;

    Outliers(List<Endpoint> nodes) {
        this.nodes = nodes;
        this.before = new AtomicLongArray(2 * nodes.size());
    }

    /** One of the nodes answered badly. */
    void look(long nowNanos) {
        long began = windowNanos.get();
        long nanos = nowNanos - began;
        boolean over = nanos < 0 || nanos > WINDOW_MILLIS * 1_000_000L;
        if (nodes.size() < 2 || !over || !windowNanos.compareAndSet(began, nowNanos)) {
            return;
        }
        long[] answers = new long[nodes.size()];
        long[] bad = new long[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).health() instanceof NodeHealth health) {
                answers[i] = since(2 * i, health.answers());
                bad[i] = since(2 * i + 1, health.badAnswers());
            }
        }
        int worst = OutlierRule.find(answers, bad);
        if (worst >= 0 && nodes.get(worst).health() instanceof NodeHealth health && isSpare(worst, nowNanos)) {
            health.outlier(nowNanos);
        }
    }

    private long since(int index, long now) {
        return now - before.getAndSet(index, now);
    }

    private boolean isSpare(int index, long nowNanos) {
        for (int i = 0; i < nodes.size(); i++) {
            if (i != index && nodes.get(i).health().share(nowNanos) == 1) {
                return true;
            }
        }
        return false;
    }
}
