package io.isochrone.control.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Lines towards one reader, over Jetty's asynchronous writing: what cannot be written now waits in a bounded queue.
 *
 * <p>Thread-safe: one lock around the queue and the output, held for no longer than a write that does not wait.
 */
final class LineStream implements Lines, WriteListener {
    /** Completed when the answer has ended. */
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final ServletOutputStream out;
    private final BooleanSupplier stillGood;
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);
    private int pending;
    private boolean mayWrite;
    private boolean flushDue;
    private boolean closing;
    private boolean ended;

    /** {@code stillGood} is asked before each text: whether the reader may see it. */
    LineStream(ServletOutputStream out, BooleanSupplier stillGood) {
        this.out = out;
        this.stillGood = stillGood;
    }

    /** Begins to write what was sent; completes the result when the answer has ended. To be called once. */
    CompletableFuture<Void> start() {
        out.setWriteListener(this);
        return end;
    }

    @Override
    public boolean send(String text) {
        if (!stillGood.getAsBoolean()) {
            finish();
            return false;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean slow;
        synchronized (this) {
            if (closing || ended) {
                return false;
            }
            slow = pending + bytes.length > MOST_PENDING;
            if (!slow) {
                waiting.add(bytes);
                pending += bytes.length;
                if (taken.isDone()) {
                    taken = new CompletableFuture<>();
                }
            }
        }
        if (slow) {
            finish();
            return false;
        }
        write();
        return true;
    }

    @Override
    public synchronized CompletionStage<Void> taken() {
        return ended ? CompletableFuture.failedFuture(new ClosedChannelException()) : taken.copy();
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        write();
    }

    @Override
    public void onEnd(Runnable task) {
        synchronized (this) {
            if (!ended) {
                tasks.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public void onWritePossible() {
        synchronized (this) {
            mayWrite = true;
        }
        write();
    }

    @Override
    public void onError(Throwable gone) {
        finish();
    }

    /** Writes as long as the output takes it. Once {@code isReady} says no, {@link #onWritePossible} will be called. */
    private void write() {
        boolean done = false;
        CompletableFuture<Void> empty = null;
        synchronized (this) {
            if (!mayWrite || ended) {
                return;
            }
            try {
                while (true) {
                    if (!out.isReady()) {
                        mayWrite = false;
                        return;
                    }
                    byte[] next = waiting.poll();
                    if (next != null) {
                        out.write(next);
                        pending -= next.length;
                        flushDue = true;
                    } else if (flushDue) {
                        flushDue = false;
                        out.flush();
                    } else {
                        done = closing;
                        empty = taken;
                        break;
                    }
                }
            } catch (IOException e) {
                done = true;
            }
        }
        if (empty != null) {
            empty.complete(null);
        }
        if (done) {
            finish();
        }
    }

    /** Puts the reply's own body before everything that was sent. */
    synchronized void first(byte[] body) {
        waiting.addFirst(body);
        pending += body.length;
    }

    /** Ends the answer now; what waits is dropped. */
    void finish() {
        List<Runnable> due;
        CompletableFuture<Void> lost;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            waiting.clear();
            pending = 0;
            lost = taken;
            due = List.copyOf(tasks);
            tasks.clear();
        }
        end.complete(null);
        lost.completeExceptionally(new ClosedChannelException());
        due.forEach(Runnable::run);
    }
}
