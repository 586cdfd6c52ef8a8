package io.isochrone.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static Endpoint endpoint(String id) {
        return new Endpoint(id, "eastus", InetSocketAddress.createUnresolved("b", 80), EndpointHealth.ALWAYS_GOOD);
    }

    private static long lines(String scrape, String start) {
        return scrape.lines().filter(line -> line.startsWith(start)).count();
    }

    @Test
    void countsExchangesByApiRegionStatusClassAndOutcome() {
        Metrics metrics = new Metrics();
        metrics.ended(Records.of("GET", "/a"));
        metrics.ended(Records.of("GET", "/b"));
        metrics.ended(Records.of(Outcome.NOT_FOUND, 404, "GET", "/c", null, null, null));
        metrics.ended(Records.of(Outcome.CLIENT_GONE, 0, "GET", "/c", "echo", "eastus", null));
        metrics.ended(Records.of(Outcome.RELAYED, 999, "GET", "/c", "echo", "eastus", null));

        assertThat(metrics.scrape())
                .contains("isochrone_requests_total{api=\"echo\",outcome=\"relayed\",region=\"eastus\","
                        + "status_class=\"2xx\"} 2.0")
                .contains("isochrone_requests_total{api=\"_unmatched\",outcome=\"not_found\",region=\"_none\","
                        + "status_class=\"4xx\"} 1.0")
                .contains("isochrone_requests_total{api=\"echo\",outcome=\"client_gone\",region=\"eastus\","
                        + "status_class=\"none\"} 1.0")
                .contains("isochrone_requests_total{api=\"echo\",outcome=\"relayed\",region=\"eastus\","
                        + "status_class=\"none\"} 1.0")
                .contains("isochrone_request_seconds_bucket{region=\"eastus\",le=\"0.005\"} 4")
                .contains("isochrone_request_seconds_count{region=\"eastus\"} 4");
    }

    @Test
    void theLagOfEventLoopsIsAHistogram() {
        Metrics metrics = new Metrics();
        metrics.loopLag(500_000);
        metrics.loopLag(300_000_000);

        assertThat(metrics.scrape())
                .contains("isochrone_event_loop_lag_seconds_bucket{le=\"0.001\"} 1")
                .contains("isochrone_event_loop_lag_seconds_bucket{le=\"0.25\"} 1")
                .contains("isochrone_event_loop_lag_seconds_bucket{le=\"0.5\"} 2")
                .contains("isochrone_event_loop_lag_seconds_count 2");
    }

    @Test
    void countsAttemptsAndConnectionsByEndpoint() {
        Metrics metrics = new Metrics();
        Endpoint endpoint = endpoint("10.0.0.7:80");
        metrics.attemptEnded(endpoint, null, 503, 1000);
        metrics.attemptEnded(endpoint, Failure.CONNECT_REFUSED, 0, 1000);
        metrics.upstreamConnections(endpoint, 1);
        metrics.upstreamConnections(endpoint, 1);
        metrics.upstreamConnections(endpoint, -1);
        metrics.connections(3);

        assertThat(metrics.scrape())
                .contains("isochrone_attempts_total{endpoint=\"10.0.0.7:80\",region=\"eastus\",result=\"5xx\"} 1.0")
                .contains("isochrone_attempts_total{endpoint=\"10.0.0.7:80\",region=\"eastus\","
                        + "result=\"connect_refused\"} 1.0")
                .contains("isochrone_upstream_connections{endpoint=\"10.0.0.7:80\",region=\"eastus\"} 1.0")
                .contains("isochrone_connections 3.0");
    }

    @Test
    void aMillionRandomTargetsAndMethodsAddNoSeriesSeed11() {
        Metrics metrics = new Metrics();
        metrics.ended(Records.of(Outcome.NOT_FOUND, 404, "GET", "/", null, null, null));
        int before = metrics.series();
        long sizeBefore =
                metrics.scrape().lines().filter(l -> l.startsWith("isochrone")).count();
        Random random = new Random(11);

        for (int i = 0; i < 1_000_000; i++) {
            String junk = Long.toString(random.nextLong(), 36);
            metrics.ended(Records.of(Outcome.NOT_FOUND, 404, junk, "/" + junk, null, null, null));
        }

        assertThat(metrics.series()).isEqualTo(before);
        assertThat(metrics.scrape()
                        .lines()
                        .filter(l -> l.startsWith("isochrone"))
                        .count())
                .isEqualTo(sizeBefore);
    }

    @Test
    void countsIntoTheOverflowSeriesBeyondTheBoundAndLosesNothing() {
        Metrics metrics = new Metrics(40);

        for (int i = 0; i < 5000; i++) {
            metrics.ended(Records.of(Outcome.RELAYED, 200, "GET", "/", "api" + i, "region" + i % 7, null));
            metrics.attemptEnded(endpoint("10.0.0.7:" + i), null, 200, 1);
            metrics.upstreamConnections(endpoint("10.0.0.7:" + i), 1);
        }

        String scrape = metrics.scrape();
        assertThat(metrics.series()).isLessThanOrEqualTo(40);
        assertThat(lines(scrape, "isochrone_")).isLessThan(130);
        assertThat(sum(scrape, "isochrone_requests_total{")).isEqualTo(5000);
        assertThat(sum(scrape, "isochrone_request_seconds_count{")).isEqualTo(5000);
        assertThat(sum(scrape, "isochrone_attempts_total{")).isEqualTo(5000);
        assertThat(sum(scrape, "isochrone_upstream_connections{")).isEqualTo(5000);
        assertThat(scrape).contains("endpoint=\"_overflow\"").contains("api=\"_overflow\"");
        assertThat(sum(scrape, "isochrone_series_overflow_total")).isPositive();
    }

    private static double sum(String scrape, String start) {
        return scrape.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void fiftyApisInFiveRegionsFitIntoAMegabyte() {
        Metrics metrics = new Metrics();
        Outcome[] outcomes = {Outcome.RELAYED, Outcome.CLIENT_GONE, Outcome.GATEWAY_TIMEOUT};
        for (int api = 0; api < 50; api++) {
            for (int region = 0; region < 5; region++) {
                for (Outcome outcome : outcomes) {
                    for (int status : new int[] {200, 304, 404, 500}) {
                        metrics.ended(Records.of(
                                outcome, status, "GET", "/", "some-longer-api-name-" + api, "region" + region, null));
                    }
                }
            }
        }

        assertThat(metrics.series()).isLessThan(10_000);
        assertThat(metrics.scrape().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1 << 20);
    }

    @Test
    void showsWhatAProductAddsAndReplacesIt() {
        Metrics metrics = new Metrics();
        AtomicLong refusals = new AtomicLong(2);
        metrics.gauge("isochrone_config_version", "Version", Map.of("source", "file"), () -> 1);
        metrics.gauge("isochrone_config_version", "Version", Map.of("source", "file"), () -> 7);
        metrics.total("isochrone_config_refusals", "Refused changes", Map.of(), refusals::get);
        refusals.set(3);
        System.gc();

        assertThat(metrics.scrape())
                .contains("isochrone_config_version{source=\"file\"} 7.0")
                .contains("isochrone_config_refusals_total 3.0");
    }
}
