package io.isochrone.proxy.observe;

import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for every exchange from a thread of its own. Event loops only put records into a bounded queue; when the disk is
 * slow, full or gone, records are dropped and counted, and traffic does not notice.
 *
 * <p>Thread-safe: event loops offer, one writer takes.
 */
public final class AccessLog implements ExchangeObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private final ArrayBlockingQueue<ExchangeRecord> queue;
    private final Redaction redaction;
    private final String target;
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    /** Starts the writer; a target of {@code off} should not get here. */
    public AccessLog(AccessLogSettings settings) {
        this.queue = new ArrayBlockingQueue<>(settings.queueLines());
        this.redaction = new Redaction(settings.secretParameters());
        this.target = settings.target();
        this.thread = new Thread(this::run, "access-log");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        if (closing || !queue.offer(exchange)) {
            dropped.incrementAndGet();
        }
    }

    /** How many lines were not written, for want of room or because of an error. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        Writer out = null;
        boolean failing = false;
        while (!closing || !queue.isEmpty()) {
            ExchangeRecord record = take();
            if (record == null) {
                continue;
            }
            try {
                if (out == null) {
                    out = open();
                }
                out.write(AccessLogLine.of(record, redaction));
                out.write('\n');
                if (queue.isEmpty()) {
                    out.flush();
                }
                failing = false;
            } catch (IOException e) {
                dropped.incrementAndGet();
                out = null;
                if (!failing) {
                    failing = true;
                    LOG.warn(
                            "access log cannot be written, lines are dropped target={} cause={}", target, e.toString());
                }
            }
        }
        close(out);
    }

    private @Nullable ExchangeRecord take() {
        try {
            return queue.poll(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closing = true;
            return null;
        }
    }

    private void close(@Nullable Writer out) {
        try {
            if (out != null) {
                out.flush();
                if (!target.equals("stdout")) {
                    out.close();
                }
            }
        } catch (IOException e) {
            LOG.warn("access log not closed cleanly target={} cause={}", target, e.toString());
        }
    }

    private Writer open() throws IOException {
        if (target.equals("stdout")) {
            return new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        }
        return Files.newBufferedWriter(
                Path.of(target), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Writes what is queued, for at most two seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

    @Override
    public void connections(int delta) {}

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {}
}
