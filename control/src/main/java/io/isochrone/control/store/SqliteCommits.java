package io.isochrone.control.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of changes before the one thread that writes. Changes that wait together share one transaction and one flush of the
 * disk; when it fails they are tried one by one, so that one too large for the room that is left does not fail the others.
 *
 * <p>Thread-safe. At most {@value #QUEUED} changes wait; a caller waits {@value #WAIT_SECONDS} s at most, then hears whether its
 * change can still happen.
 */
final class SqliteCommits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteCommits.class);
    private static final int QUEUED = 256;
    private static final int BATCH = 64;
    private static final int WAIT_SECONDS = 30;

    private final Path file;
    private final SqliteWriter writer;
    private final InstantSource clock;
    private final LongConsumer told;
    private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(QUEUED);
    private final Task end = new Task(Change.by(null).build());
    private final Thread thread;
    private volatile boolean closed;

    /** A change that waits; {@code claimed} by the writer that does it or by the caller that gives up, whoever is first. */
    private record Task(Change change, CompletableFuture<Long> result, AtomicBoolean claimed) {
        private Task(Change change) {
            this(change, new CompletableFuture<>(), new AtomicBoolean());
        }

        private boolean claim() {
            return claimed.compareAndSet(false, true);
        }
    }

    /** {@code told} hears of each revision once it is on the disk. */
    SqliteCommits(Path file, SqliteWriter writer, InstantSource clock, LongConsumer told) {
        this.file = file;
        this.writer = writer;
        this.clock = clock;
        this.told = told;
        this.thread = new Thread(this::run, "store-writer");
        thread.setDaemon(true);
        thread.start();
    }

    long commit(Change change) {
        Task task = new Task(change);
        try {
            if (closed || !queue.offer(task, WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreException(
                        closed
                                ? "store: closed, nothing was changed (expected: a running control plane)"
                                : "store: " + QUEUED
                                        + " commits wait, nothing was changed (expected: a disk that keeps up)",
                        null);
            }
            if (closed && task.claim()) {
                throw new StoreException(
                        "store: closed, nothing was changed (expected: a running control plane)", null);
            }
            return task.result().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw left(task, "interrupted", e);
        } catch (TimeoutException e) {
            throw left(task, "the disk has not answered for " + WAIT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConflictException conflict) {
                throw new ConflictException(conflict.key());
            }
            if (e.getCause() instanceof StoreException failed) {
                throw new StoreException(String.valueOf(failed.getMessage()), failed);
            }
            throw new StoreException("store: " + file + " failed by a bug; the commit is not known to be stored", e);
        }
    }

    /** What writes; nobody else's while commits run. */
    SqliteWriter writer() {
        return writer;
    }

    /** Ends once what waits is done. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!queue.offer(end, WAIT_SECONDS, TimeUnit.SECONDS)) {
                thread.interrupt();
            }
            thread.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private static StoreException left(Task task, String why, Exception cause) {
        String outcome =
                task.claim() ? "nothing was changed" : "it is not known to be stored; read again what is there";
        return new StoreException("store: " + why + ", " + outcome + " (expected: a disk that works)", cause);
    }

    private void run() {
        List<Task> batch = new ArrayList<>();
        boolean ended = false;
        try {
            while (!ended) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                ended = batch.remove(end);
                batch.removeIf(task -> !task.claim());
                if (!batch.isEmpty()) {
                    write(List.copyOf(batch));
                }
            }
        } catch (InterruptedException e) {
            // Closed while the queue was full: nothing more is taken from it.
        } finally {
            closed = true;
            for (Task task : queue) {
                task.result().completeExceptionally(new StoreException("store: closed, nothing was changed", null));
            }
        }
    }

    private void write(List<Task> batch) {
        List<Runnable> answers = new ArrayList<>();
        boolean applied = false;
        try {
            writer.begin();
            for (Task task : batch) {
                try {
                    long revision = writer.apply(task.change(), clock.instant());
                    answers.add(() -> task.result().complete(revision));
                } catch (ConflictException e) {
                    answers.add(() -> task.result().completeExceptionally(e));
                }
            }
            applied = true;
            writer.commit();
        } catch (SQLException | RuntimeException e) {
            undo(e);
            if (batch.size() > 1) {
                batch.forEach(task -> write(List.of(task)));
            } else {
                batch.get(0).result().completeExceptionally(failure(e, applied));
            }
            return;
        }
        told.accept(writer.revision());
        answers.forEach(Runnable::run);
    }

    private Exception failure(Exception e, boolean applied) {
        if (e instanceof SQLException failed) {
            return applied ? SqliteErrors.unknown(file, failed) : SqliteErrors.of(file, failed);
        }
        LOG.error("commit failed by a bug", e);
        return e;
    }

    private void undo(Exception why) {
        try {
            writer.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }
}
