package io.isochrone.control.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The marks by which a commit tells whether it has happened, each used by one commit at a time.
 *
 * <p>A commit writes its id into its mark, on the condition that the mark is as it was. So of all the times that it is sent, by
 * whichever endpoint, one can happen; and who reads the mark knows if it did. A mark whose state is not known is not used again. All
 * stand under a lease of {@value #LEASE_SECONDS} s, so that those of processes that are gone vanish; a commit that is sent under a
 * lease that has ended does not happen.
 *
 * <p>Thread-safe.
 */
final class EtcdMarks {
    private static final int LEASE_SECONDS = 3_600;
    private static final long RENEWAL_NANOS = TimeUnit.SECONDS.toNanos(LEASE_SECONDS / 2);
    private static final int MARKS = 32;

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final String process = UUID.randomUUID().toString();
    private final Semaphore free = new Semaphore(MARKS, true);
    private final Deque<Mark> idle = new ArrayDeque<>();
    private long lease;
    private long leaseNanos;
    private long made;

    /** A mark: its key, its lease and the revision that wrote it last. */
    record Mark(String key, long lease, long revision) {}

    EtcdMarks(EtcdClient client, EtcdKeys keys) {
        this.client = client;
        this.keys = keys;
    }

    /** A mark for one commit; null when all are in use for {@code nanos}. */
    @Nullable
    Mark take(long nanos) throws EtcdException, InterruptedException {
        if (!free.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            return null;
        }
        boolean taken = false;
        try {
            Mark mark = takeNow();
            taken = true;
            return mark;
        } finally {
            if (!taken) {
                free.release();
            }
        }
    }

    /** Back for another commit; null when its state is not known. */
    synchronized void give(@Nullable Mark mark) {
        if (mark != null && mark.lease() == lease) {
            idle.push(mark);
        }
        free.release();
    }

    /** The lease has ended before its time. */
    synchronized void forget(long ended) {
        if (lease == ended) {
            lease = 0;
        }
    }

    private synchronized Mark takeNow() throws EtcdException {
        long now = System.nanoTime();
        if (lease == 0 || now - leaseNanos > RENEWAL_NANOS) {
            idle.clear();
            lease = client.call("/v3/lease/grant", EtcdClient.object().put("TTL", Integer.toString(LEASE_SECONDS)))
                    .body()
                    .path("ID")
                    .asLong();
            leaseNanos = now;
        }
        Mark mark = idle.poll();
        return mark != null ? mark : new Mark(keys.mark(process + "-" + made++), lease, 0);
    }
}
