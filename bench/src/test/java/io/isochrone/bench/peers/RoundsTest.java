package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private final List<String> order = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private static Run good() {
        return new Run(Map.of("a", 1.0), Map.of(), null);
    }

    @Test
    void takesTurns() throws Exception {
        Rounds rounds = new Rounds(2, told::add);

        rounds.run("a", List.of("ours", "haproxy"), subject -> {
            order.add(subject);
            return good();
        });

        assertThat(order).containsExactly("ours", "haproxy", "ours", "haproxy");
        assertThat(told.get(3)).isEqualTo("a: haproxy, run 2 of 2");
        assertThat(rounds.missing()).isEmpty();
    }

    @Test
    void repeatsARunThatDoesNotCountAndKeepsItsReason() throws Exception {
        Rounds rounds = new Rounds(1, told::add);

        rounds.run("a", List.of("ours"), subject -> {
            order.add(subject);
            if (order.size() == 1) {
                throw new IOException("wrk: gone");
            }
            return good();
        });

        assertThat(rounds.results().get("ours")).extracting(Run::thrown).containsExactly("wrk: gone", null);
        assertThat(told.get(1)).isEqualTo("a: ours, run 1 of 1, again: wrk: gone");
    }

    @Test
    void leavesOutASubjectThatNeverCounts() throws Exception {
        Rounds rounds = new Rounds(5, told::add);

        rounds.run("a", List.of("ours", "haproxy"), subject -> {
            order.add(subject);
            return subject.equals("ours") ? new Run(Map.of(), Map.of(), "3 of 9 requests failed") : good();
        });

        assertThat(order).filteredOn("ours"::equals).hasSize(1 + PeersPlan.REPEATS);
        assertThat(order).filteredOn("haproxy"::equals).hasSize(5);
        assertThat(rounds.missing()).isEqualTo(Map.of("ours", "no run counts: 3 of 9 requests failed"));
    }

    @Test
    void endsAtOnceWhenItIsStopped() {
        Rounds rounds = new Rounds(5, told::add);

        assertThatThrownBy(() -> rounds.run("a", List.of("ours"), subject -> {
                    throw new StoppedException();
                }))
                .isInstanceOf(StoppedException.class);
    }

    @Test
    void countsOnlyWhatNobodyDisturbed() {
        assertThat(Verdict.of(100, 0, 0.01)).isNull();
        assertThat(Verdict.of(0, 0, 0)).isEqualTo("no request was answered");
        assertThat(Verdict.of(97, 3, 0)).isEqualTo("3 of 100 requests failed");
        assertThat(Verdict.of(100, 0, 0.5)).isEqualTo("others used 0.50 processors (expected: at most 0.15)");
    }
}
