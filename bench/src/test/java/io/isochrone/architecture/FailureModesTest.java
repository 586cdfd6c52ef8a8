package io.isochrone.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of failure modes has a row for every failure and outcome, and none for another, and says what the code says. */
final class FailureModesTest {
    /** Rows by their first cell, which is a label in backquotes; cells without white space around. */
    private static List<List<String>> rows() throws IOException {
        Path page = Path.of("..", "docs", "failure-modes.md");
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::trim)
                        .toList())
                .toList();
    }

    private static List<String> row(String label, int cells) throws IOException {
        List<List<String>> found = rows().stream()
                .filter(row -> row.get(0).equals("`" + label + "`") && row.size() == cells)
                .toList();
        assertThat(found).as("rows of " + label).hasSize(1);
        return found.get(0);
    }

    @ParameterizedTest
    @EnumSource
    void tellsForEveryFailureWhoMaySendAgainAndWhatItSaysOfTheEndpoint(Failure failure) throws IOException {
        List<String> row = row(failure.label(), 5);

        assertThat(row.get(2)).isEqualTo(failure.retry().name().toLowerCase(Locale.ROOT));
        assertThat(row.get(3).equals("yes")).isEqualTo(failure.isEndpointSuspect());
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheStatusOfEveryOutcome(Outcome outcome) throws IOException {
        String status = row(outcome.label(), 4).get(1);

        if (outcome.status() == 0) {
            assertThat(status).doesNotMatch("\\d+");
        } else {
            assertThat(status).isEqualTo(Integer.toString(outcome.status()));
        }
    }

    @Test
    void namesNothingThatIsNotThere() throws IOException {
        Stream<String> labels = Stream.concat(
                Arrays.stream(Failure.values()).map(Failure::label),
                Arrays.stream(Outcome.values()).map(Outcome::label));
        Stream<String> faults = Stream.of(
                        Arrays.stream(ConnectionFault.values()).map(ConnectionFault::label),
                        Arrays.stream(HandshakeResult.values()).map(HandshakeResult::label),
                        Arrays.stream(HedgeResult.values()).map(HedgeResult::label),
                        Arrays.stream(ProxyProtocolFault.values()).map(ProxyProtocolFault::label))
                .flatMap(each -> each);

        assertThat(rows().stream().map(row -> row.get(0).replace("`", "")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(labels, faults).toList());
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheBoundOfEveryConnectionFault(ConnectionFault fault) throws IOException {
        String bound = fault.bound() == 0 ? "–" : Integer.toString(fault.bound());

        assertThat(row(fault.label(), 3).get(2)).isEqualTo(bound);
    }
}
