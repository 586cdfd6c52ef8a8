package io.isochrone.control.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * Hears of each new revision by a stream from etcd, and asks every {@value #CHECK_MILLIS} ms besides, because a stream from a member
 * that hangs or is cut off is silent. A stream that has missed what a question found out is given up for one from another endpoint;
 * a new stream begins right after the revision that was asked for, so nothing is missed between, and what was compacted away
 * meanwhile is covered by the question.
 *
 * <p>Thread-safe.
 */
final class EtcdWatch implements AutoCloseable {
    private static final int CHECK_MILLIS = 2_000;
    private static final int RETRY_MILLIS = 100;
    private static final int MAX_LINE_BYTES = 1 << 20;

    private final EtcdClient client;
    private final String key;
    private final Watchers watchers;
    private final ScheduledExecutorService timer;
    private @Nullable Stream stream;
    private long suspected;

    EtcdWatch(EtcdClient client, String key, Watchers watchers) {
        this.client = client;
        this.key = key;
        this.watchers = watchers;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "etcd-watch");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::check, 0, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            if (stream != null) {
                stream.cancel();
            }
        }
    }

    private void check() {
        try {
            JsonNode answer = client.call("/v3/kv/range", EtcdKeys.get(key)).body();
            long newest = EtcdKeys.revision(EtcdKeys.only(answer));
            watchers.tell(newest);
            follow(newest, EtcdKeys.header(answer));
        } catch (EtcdException | StoreException e) {
            // Nobody answers: the next check asks again.
        }
    }

    private synchronized void follow(long newest, long header) {
        Stream current = stream;
        if (current != null && current.heard < suspected) {
            current.cancel();
        }
        if (current == null || current.ended) {
            suspected = 0;
            Stream started = new Stream(newest);
            ObjectNode create = EtcdKeys.get(key).put("start_revision", Long.toString(header + 1));
            ObjectNode request = EtcdClient.object();
            request.set("create_request", create);
            started.request = client.stream("/v3/watch", request, started::hear, started::end);
            stream = started;
        } else if (newest > current.heard) {
            suspected = newest;
        }
    }

    private void soon() {
        try {
            timer.schedule(this::check, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /** One stream from its start to its end: lines of JSON. What the client's threads write, one at a time, others read. */
    private final class Stream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private volatile long heard;
        private volatile boolean ended;
        private volatile @Nullable Request request;

        private Stream(long heard) {
            this.heard = heard;
        }

        private void hear(ByteBuffer piece) {
            while (piece.hasRemaining() && !ended) {
                byte next = piece.get();
                if (next == '\n') {
                    hear(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else if (line.size() < MAX_LINE_BYTES) {
                    line.write(next);
                } else {
                    cancel();
                }
            }
        }

        private void hear(String text) {
            try {
                JsonNode result = EtcdClient.parse(text).path("result");
                for (JsonNode event : result.path("events")) {
                    heard = Math.max(heard, EtcdKeys.revision(event.path("kv")));
                    watchers.tell(heard);
                }
                if (result.path("canceled").asBoolean() || result.isMissingNode()) {
                    cancel();
                }
            } catch (JsonProcessingException e) {
                cancel();
            }
        }

        private void cancel() {
            end();
            Request running = request;
            if (running != null) {
                running.abort(new CancellationException("the watch has ended"));
            }
        }

        private void end() {
            if (!ended) {
                ended = true;
                soon();
            }
        }
    }
}
