package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What load programs and Linux print, and what is made of it. */
class FiguresReadTest {
    private static final String WRK = """
            Running 3s test @ http://127.0.0.1:18601/json
              1 threads and 64 connections
            Requests/sec:  51234.56
              153704 requests in 3.00s, 51.30MB read
            %s
            """;
    private static final String H2LOAD = """
            finished in 2.00s, 48000.50 req/s, 12.3MB/s
            requests: 96001 total, 96001 started, 96001 done, %s
            status codes: %s
            """;

    @Test
    void readsWhatWrkSays() {
        assertThat(LoadFigures.ofWrk(WRK.formatted(""))).isEqualTo(new LoadFigures(153_704, 0, 51_234.56));
        assertThat(LoadFigures.ofWrk(WRK.formatted("  Non-2xx or 3xx responses: 4")))
                .isEqualTo(new LoadFigures(153_700, 4, 51_234.56));
        assertThat(LoadFigures.ofWrk(WRK.formatted("  Socket errors: connect 1, read 2, write 3, timeout 4")))
                .isEqualTo(new LoadFigures(153_704, 10, 51_234.56));
    }

    @Test
    void readsWhatH2loadSays() {
        assertThat(LoadFigures.ofH2load(H2LOAD.formatted(
                        "96001 succeeded, 0 failed, 0 errored, 0 timeout", "96001 2xx, 0 3xx, 0 4xx, 0 5xx")))
                .isEqualTo(new LoadFigures(96_001, 0, 48_000.5));
        assertThat(LoadFigures.ofH2load(H2LOAD.formatted(
                        "95996 succeeded, 5 failed, 5 errored, 0 timeout", "95996 2xx, 0 3xx, 0 4xx, 0 5xx")))
                .isEqualTo(new LoadFigures(95_996, 5, 48_000.5));
        assertThat(LoadFigures.ofH2load(H2LOAD.formatted(
                                "96001 succeeded, 0 failed, 0 errored, 0 timeout", "95991 2xx, 0 3xx, 3 4xx, 7 5xx"))
                        .failed())
                .isEqualTo(10);
    }

    @Test
    void showsWhatALoadProgramSaidThatIsNoResult() {
        assertThatThrownBy(() -> LoadFigures.ofWrk("unable to connect to 127.0.0.1:1 Connection refused\n"))
                .hasMessage("load: \"unable to connect to 127.0.0.1:1 Connection refused\" (expected: a result)");
        assertThatThrownBy(() -> LoadFigures.ofH2load("")).hasMessage("load: \"\" (expected: a result)");
    }

    @Test
    void countsTheTimeOfAProcessWhateverItsNameHolds() {
        String stat = "77 (a (b) c) S 1 77 77 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7";

        assertThat(ProcText.ticksWithEnded(stat)).isEqualTo(127);
        assertThat(ProcText.isKernel(stat)).isFalse();
        assertThat(ProcText.isKernel("9 (kworker/0:1) I 2 0 0")).isTrue();
        assertThatThrownBy(() -> ProcText.ticksWithEnded("nonsense")).hasMessageContaining("/proc/PID/stat");
    }

    @Test
    void readsMemoryAndProcessors() {
        String status = "Name:\tjava\nVmRSS:\t  10240 kB\nCpus_allowed_list:\t0-1,3\n";

        assertThat(ProcText.residentKib(status)).isEqualTo(10_240);
        assertThat(ProcText.residentKib("Name:\tgone\n")).isZero();
        assertThat(ProcText.allowedCpus(status)).isEqualTo("0-1,3");
        assertThat(ProcText.stolenTicks("cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1\n")).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 0, 0.15, ",
        "0, 0, 0, no request was answered",
        "10, 2, 0, 2 of 12 requests failed",
        "10, 0, 0.16, others used 0.16 processors (expected: at most 0.15)"
    })
    void saysWhyARunDoesNotCount(long completed, long failed, double foreign, String reason) {
        assertThat(Verdict.of(completed, failed, foreign)).isEqualTo(reason);
    }

    @Test
    void takesTheMiddleForTheFigure() {
        assertThat(Spread.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 3, 3));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("expected: at least one");
    }

    @Test
    void refusesAPlanThatMeasuresNothing() {
        assertThatThrownBy(() -> new PeersPlan(List.of(), List.of(Peer.OURS), 1, 1, 0))
                .hasMessage("--scenario: 0 (expected: 1 to " + Scenario.values().length + ")");
        assertThatThrownBy(() -> new PeersPlan(List.of(Scenario.A), List.of(Peer.OURS), 0, 1, 0))
                .hasMessage("--runs: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> Scenario.of("zz")).hasMessageContaining("zz");
    }
}
