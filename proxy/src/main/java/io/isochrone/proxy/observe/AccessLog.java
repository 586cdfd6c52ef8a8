package io.isochrone.proxy.observe;

import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line for each exchange.
 *
 * <p>A log on the request path makes a slow disk into slow requests. Event loops only put the record into a bounded queue without
 * locks; a thread of the log's own formats and writes. When the queue is full, or lines could not be written, they are dropped and
 * counted in {@link #dropped}; traffic never waits. A sink that failed is opened again every second until it works.
 *
 * <p>Thread-safe: every event loop adds, the writer thread takes.
 */
public final class AccessLog implements ExchangeObserver, AutoCloseable {
    /** Longer targets are cut in the log, so that the queue's memory stays bounded. */
    static final int MAX_TARGET = 2048;

    private static final long CLOSE_MILLIS = 2000;

    private final @Nullable Queue<ExchangeRecord> queue;
    private final LongAdder dropped = new LongAdder();
    private final @Nullable AccessLogWriter writer;

    /**
     * Starts a log to {@code off} (nothing is written), {@code stdout} or a file. A file that cannot be opened is tried again and
     * again.
     */
    public AccessLog(AccessLogSettings settings) {
        this(settings, opener(settings.target()));
    }

    AccessLog(AccessLogSettings settings, LogSink.@Nullable Opener opener) {
        if (opener == null) {
            queue = null;
            writer = null;
            return;
        }
        queue = PlatformDependent.newFixedMpscQueue(Math.max(2, settings.queueLines()));
        AccessLogFormat format = new AccessLogFormat(new Redaction(settings.secretParameters()));
        writer = new AccessLogWriter(queue, format, opener, settings.target(), dropped);
        writer.start();
    }

    private static LogSink.@Nullable Opener opener(String target) {
        return switch (target) {
            case "off" -> null;
            case "stdout" -> LogSink::stdout;
            default -> () -> LogSink.file(target);
        };
    }

    @Override
    public void ended(ExchangeRecord exchange) {
        if (queue != null && !queue.offer(bounded(exchange))) {
            dropped.increment();
        }
    }

    private static ExchangeRecord bounded(ExchangeRecord exchange) {
        if (exchange.target().length() <= MAX_TARGET) {
            return exchange;
        }
        return new ExchangeRecord(
                exchange.outcome(),
                exchange.status(),
                exchange.method(),
                exchange.target().substring(0, MAX_TARGET),
                exchange.api(),
                exchange.region(),
                exchange.endpoint(),
                exchange.attempts(),
                exchange.attemptCount(),
                exchange.failure(),
                exchange.client(),
                exchange.peer(),
                exchange.requestBytes(),
                exchange.responseBytes(),
                exchange.startEpochMillis(),
                exchange.firstByteNanos(),
                exchange.totalNanos());
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

    @Override
    public void connections(int delta) {}

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {}

    @Override
    public void loopLag(long nanos) {}

    /** How many lines were not written because the queue was full or the sink failed. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes what is queued, for at most 2 s; then gives up, whatever the sink does. */
    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        writer.stop();
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
