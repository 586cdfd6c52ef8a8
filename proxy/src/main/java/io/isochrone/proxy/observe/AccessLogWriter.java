package io.isochrone.proxy.observe;

import io.isochrone.proxy.exchange.ExchangeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log's thread: takes records, formats and writes them in batches. It looks into the queue every 10 ms rather than being
 * woken, so that event loops pay for nothing but the queue.
 *
 * <p>Thread-safe: {@link #stop} may be called from any thread, the rest is confined to the writer thread.
 */
final class AccessLogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);
    private static final int BATCH_LINES = 256;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long WARN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Queue<ExchangeRecord> queue;
    private final AccessLogFormat format;
    private final LogSink.Opener opener;
    private final String target;
    private final LongAdder dropped;
    private final Thread thread;
    private final StringBuilder lines = new StringBuilder();
    private volatile boolean stopping;
    private @Nullable LogSink sink;
    private boolean torn;
    private boolean failed;
    private boolean warned;
    private long failedNanos;
    private long warnedNanos;

    AccessLogWriter(
            Queue<ExchangeRecord> queue,
            AccessLogFormat format,
            LogSink.Opener opener,
            String target,
            LongAdder dropped) {
        this.queue = queue;
        this.format = format;
        this.opener = opener;
        this.target = target;
        this.dropped = dropped;
        this.thread = new Thread(this, "access-log");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The thread ends when the queue is empty or the sink fails. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            boolean last = stopping;
            int taken = writeBatch();
            if (taken == 0) {
                more = !last;
                if (more) {
                    LockSupport.parkNanos(this, IDLE_NANOS);
                }
            }
        }
        closeSink();
    }

    private int writeBatch() {
        if (queue.isEmpty()) {
            return 0;
        }
        LogSink to = open();
        lines.setLength(0);
        if (torn && to != null) {
            lines.append('\n');
        }
        int taken = 0;
        ExchangeRecord exchange;
        while (taken < BATCH_LINES && (exchange = queue.poll()) != null) {
            taken++;
            if (to != null) {
                format.append(lines, exchange);
            }
        }
        if (to == null) {
            dropped.add(taken);
        } else {
            write(to, taken);
        }
        return taken;
    }

    private void write(LogSink to, int count) {
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        try {
            to.write(bytes, bytes.length);
            torn = false;
            if (failed) {
                failed = false;
                LOG.info("access log works again target={} dropped={}", target, dropped.sum());
            }
        } catch (IOException e) {
            torn = true;
            dropped.add(count);
            failed(e);
        }
    }

    private @Nullable LogSink open() {
        if (sink != null) {
            return sink;
        }
        if (failed && !stopping && System.nanoTime() - failedNanos < REOPEN_NANOS) {
            return null;
        }
        try {
            sink = opener.open();
        } catch (IOException e) {
            failed(e);
        }
        return sink;
    }

    private void failed(IOException cause) {
        long now = System.nanoTime();
        failed = true;
        failedNanos = now;
        closeSink();
        if (!warned || now - warnedNanos >= WARN_NANOS) {
            warned = true;
            warnedNanos = now;
            LOG.warn(
                    "access log cannot be written target={} dropped={} cause={}",
                    target,
                    dropped.sum(),
                    cause.toString());
        }
    }

    private void closeSink() {
        LogSink open = sink;
        sink = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("access log did not close target={}", target, e);
            }
        }
    }
}
