package io.isochrone.bench.drill;

import io.isochrone.config.model.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads once a second what a router has counted. Thread-safe: a thread of its own appends, {@link #read} copies. */
final class DrillMeter implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMillis(900);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HostPort admin;
    private final long startNanos;
    private final List<DrillResult.Meter> meters = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "drill-meter");
        thread.setDaemon(true);
        return thread;
    });

    private DrillMeter(HostPort admin, long startNanos) {
        this.admin = admin;
        this.startNanos = startNanos;
    }

    /** Begins; reads nothing when the port is 0. */
    static DrillMeter start(HostPort admin, long startNanos) {
        DrillMeter meter = new DrillMeter(admin, startNanos);
        if (admin.port() != 0) {
            meter.take();
            meter.clock.scheduleAtFixedRate(meter::take, 1, 1, TimeUnit.SECONDS);
        }
        return meter;
    }

    private void take() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + admin + "/metrics"))
                .timeout(LIMIT)
                .build();
        try {
            String page =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            add(new DrillResult.Meter(
                    System.nanoTime() - startNanos,
                    sum(page, "isochrone_requests_total"),
                    sum(page, "isochrone_attempts_total")));
        } catch (IOException e) {
            // A router that is frozen does not answer: the next second has its figures.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void add(DrillResult.Meter meter) {
        meters.add(meter);
    }

    /** The sum of all series of that name on a page in the Prometheus text format. */
    static long sum(String page, String name) {
        double sum = 0;
        for (String line : page.split("\n", -1)) {
            if (line.startsWith(name) && (line.startsWith("{", name.length()) || line.startsWith(" ", name.length()))) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return (long) sum;
    }

    /** Reads once more, and returns all so far. */
    List<DrillResult.Meter> read() {
        if (admin.port() != 0) {
            take();
        }
        synchronized (this) {
            return List.copyOf(meters);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
