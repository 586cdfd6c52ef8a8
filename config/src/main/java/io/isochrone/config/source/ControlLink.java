package io.isochrone.config.source;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The talk with the control plane: one thread polls, the other reports, so that neither waits for the other. Whatever goes wrong, each
 * asks again, at growing intervals, the next replica if there is one.
 *
 * <p>Thread-safe.
 */
final class ControlLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLink.class);
    private static final long LOOK_MILLIS = 200;
    private static final long LEAST_REPORT_MILLIS = 200;
    private static final long MOST_REPORT_MILLIS = 60_000;
    private static final long FIRST_REPORT_MILLIS = 2000;

    /**
     * How long is waited for the control plane.
     *
     * @param waitSeconds for how long it may keep a poll that it has nothing for
     * @param pollHead until the head of a poll's answer
     * @param pollWhole until its end
     * @param report until the end of a report's answer
     */
    record Times(int waitSeconds, Duration pollHead, Duration pollWhole, Duration report) {
        static final Times DEFAULTS =
                new Times(20, Duration.ofSeconds(25), Duration.ofSeconds(60), Duration.ofSeconds(5));
    }

    private final ControlSource source;
    private final ControlClient client;
    private final Times times;
    private final Semaphore reportSoon = new Semaphore(0);
    private final Thread polling = new Thread(this::pollOn, "control-poll");
    private final Thread reporting = new Thread(this::reportOn, "control-report");
    private volatile boolean closed;
    private volatile boolean connected;
    /** What was said last of the connection, so that it is said once. By the polling thread only. */
    private String said = "";

    private String reportedState = "";
    private long reportMillis = FIRST_REPORT_MILLIS;

    ControlLink(ControlSettings settings, Times times, ControlSource source) {
        this.times = times;
        this.source = source;
        this.client = new ControlClient(settings);
        polling.setDaemon(true);
        reporting.setDaemon(true);
    }

    void start() {
        polling.start();
        reporting.start();
    }

    void reportNow() {
        reportSoon.release();
    }

    boolean isConnected() {
        return connected;
    }

    private void pollOn() {
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        int failures = 0;
        while (!closed) {
            URI url = client.url();
            String failure;
            try {
                failure = poll(url);
                source.saveAgain();
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) { // a bug must not end the polling
                LOG.error("poll failed url={}", url, e);
                failure = e.toString();
            }
            connected = failure == null;
            if (failure == null) {
                failures = 0;
                backoff.succeeded();
                say("reached", url, "");
                continue;
            }
            say("lost", url, failure);
            client.leave(url);
            if (++failures % client.replicas() == 0 && !pause(backoff.failedMillis())) {
                return;
            }
        }
    }

    /** Returns what is wrong with the control plane, or null. */
    private @Nullable String poll(URI url) throws IOException, InterruptedException {
        ControlClient.Answer answer = client.post(
                url, "/nodes/v1/poll?wait=" + times.waitSeconds, source.poll(), times.pollHead, times.pollWhole);
        return switch (answer.status()) {
            case 200 -> source.offered(answer.body()) ? null : "what it offers is of no use here";
            case 204 -> {
                source.nothingNewer(answer.waiting());
                yield null;
            }
            case 401, 403 ->
                "status " + answer.status() + ": the token is not good, or not for this service, region"
                        + " or kind of node";
            default -> {
                source.offence("answer of the control plane", "status " + answer.status());
                yield "status " + answer.status();
            }
        };
    }

    private void say(String what, URI url, String cause) {
        String line = what + cause;
        if (line.equals(said)) {
            return;
        }
        said = line;
        if (cause.isEmpty()) {
            LOG.info("control plane reached url={}", url);
        } else {
            LOG.warn("control plane of no use now, what is run stays url={} cause=\"{}\"", url, cause);
        }
    }

    private boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void reportOn() {
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        while (!closed) {
            URI url = client.url();
            long next;
            try {
                next = report(url);
                backoff.succeeded();
            } catch (IOException e) { // the polling thread says so
                LOG.debug("report failed url={}", url, e);
                next = backoff.failedMillis();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) { // a bug must not end the reporting
                LOG.error("report failed url={}", url, e);
                next = MOST_REPORT_MILLIS;
            }
            try {
                awaitReport(next);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Waits for so long, but not when there is news: something was taken or refused, or the node's state changed. */
    private void awaitReport(long millis) throws InterruptedException {
        for (long left = millis; left > 0; left -= LOOK_MILLIS) {
            if (reportSoon.tryAcquire(Math.min(LOOK_MILLIS, left), TimeUnit.MILLISECONDS)) {
                reportSoon.drainPermits();
                return;
            }
            if (!source.node().state().equals(reportedState)) {
                return;
            }
        }
    }

    /** Returns after how many milliseconds the next one is due. */
    private long report(URI url) throws IOException, InterruptedException {
        reportedState = source.node().state();
        ControlClient.Answer answer = client.post(url, "/nodes/v1/report", source.report(), times.report, times.report);
        if (answer.status() != 200) {
            throw new IOException("status " + answer.status());
        }
        Long wanted = ReportAnswer.reportMillis(answer.body());
        if (wanted == null) {
            source.offence("answer to a report", "no reportSeconds");
        } else {
            reportMillis = Math.min(MOST_REPORT_MILLIS, Math.max(LEAST_REPORT_MILLIS, wanted));
        }
        return reportMillis;
    }

    @Override
    public void close() {
        closed = true;
        polling.interrupt();
        reporting.interrupt();
        client.close();
    }
}
