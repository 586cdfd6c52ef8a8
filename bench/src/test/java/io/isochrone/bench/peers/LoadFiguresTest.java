package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LoadFiguresTest {
    @Test
    void readsAGoodRunOfWrk() {
        LoadFigures figures = LoadFigures.ofWrk("""
                Running 1s test @ http://127.0.0.1:23456/
                  1 threads and 64 connections
                    Latency   303.70us  223.89us   5.93ms   91.34%
                  133906 requests in 1.00s, 19.41MB read
                Requests/sec: 133711.32
                Transfer/sec:     19.38MB
                """);

        assertThat(figures).isEqualTo(new LoadFigures(133906, 0, 133711.32));
    }

    @Test
    void countsBadAnswersAndBrokenConnectionsOfWrk() {
        LoadFigures figures = LoadFigures.ofWrk("""
                  100 requests in 1.00s, 19.41MB read
                  Socket errors: connect 1, read 2, write 3, timeout 4
                  Non-2xx or 3xx responses: 30
                Requests/sec: 100.00
                """);

        assertThat(figures).isEqualTo(new LoadFigures(70, 40, 100));
    }

    @Test
    void readsAGoodRunOfH2load() {
        LoadFigures figures = LoadFigures.ofH2load("""
                finished in 1.00s, 122356.00 req/s, 17.73MB/s
                requests: 122356 total, 122420 started, 122356 done, 122356 succeeded, 0 failed, 0 errored, 0 timeout
                status codes: 122356 2xx, 0 3xx, 0 4xx, 0 5xx
                """);

        assertThat(figures).isEqualTo(new LoadFigures(122356, 0, 122356));
    }

    @Test
    void countsARequestOfH2loadThatFailedOnce() {
        LoadFigures figures = LoadFigures.ofH2load("""
                finished in 1.00s, 8000.00 req/s, 555.20KB/s
                requests: 8243 total, 8248 started, 8243 done, 8000 succeeded, 243 failed, 243 errored, 2 timeout
                status codes: 8000 2xx, 0 3xx, 0 4xx, 0 5xx
                """);

        assertThat(figures).isEqualTo(new LoadFigures(8000, 245, 8000));
    }

    @Test
    void countsErrorStatusesOfH2loadAsFailures() {
        LoadFigures figures = LoadFigures.ofH2load("""
                finished in 1.00s, 10.00 req/s, 1KB/s
                requests: 10 total, 10 started, 10 done, 7 succeeded, 3 failed, 0 errored, 0 timeout
                status codes: 7 2xx, 0 3xx, 0 4xx, 3 5xx
                """);

        assertThat(figures.failed()).isEqualTo(3);
    }

    @Test
    void tellsWhatAProgramSaidInsteadOfAResult() {
        assertThatThrownBy(() -> LoadFigures.ofWrk("unable to connect to 127.0.0.1:1 Connection refused\n"))
                .hasMessage("load: \"unable to connect to 127.0.0.1:1 Connection refused\" (expected: a result)");
        assertThatThrownBy(() -> LoadFigures.ofH2load("")).hasMessage("load: \"\" (expected: a result)");
    }
}
