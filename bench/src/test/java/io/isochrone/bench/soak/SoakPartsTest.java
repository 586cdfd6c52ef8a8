package io.isochrone.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a soak that need no world. */
final class SoakPartsTest {
    private static Reply read(String text) throws IOException {
        return new ReplyReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1))).next(bytes -> {});
    }

    @Test
    void everyFaultComesOnceBeforeAnyComesAgainAndEndsBeforeTheNext() {
        Rhythm rhythm = Rhythm.of(Duration.ofMinutes(2), 3);

        List<Rhythm.Event> events = rhythm.events();
        assertThat(events).hasSize(40);
        assertThat(events.subList(0, 20).stream().map(e -> e.act() + " " + e.misdeed()))
                .filteredOn(text -> !text.startsWith("BEHAVE"))
                .doesNotHaveDuplicates()
                .hasSize(12);
        assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
        assertThat(Rhythm.of(Duration.ofMinutes(2), 3)).isEqualTo(rhythm);
        assertThat(Rhythm.of(Duration.ofMinutes(2), 4)).isNotEqualTo(rhythm);
    }

    @Test
    void aShortSoakHasEveryFaultToo() {
        assertThat(Rhythm.of(Duration.ofSeconds(5), 1).events()).hasSize(20);
    }

    @Test
    void readsBothFramingsAndSkipsInterimResponses() throws IOException {
        Reply reply = read("HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        Reply chunked =
                read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n");

        assertThat(new String(reply.body(), StandardCharsets.US_ASCII)).isEqualTo("abc");
        assertThat(new String(chunked.body(), StandardCharsets.US_ASCII)).isEqualTo("abcd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 20",
                "HTTP/1.1 200 OK\r\nA: b\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
            })
    void tellsWhatIsCut(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"
            })
    void tellsWhatMakesNoSense(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(ReplyReader.SenselessException.class);
    }

    @Test
    void saysWhatToDoWhenTooFewFilesMayBeOpen() {
        SoakPlan plan = new SoakPlan(Duration.ofMinutes(10), 5000, 200, 500, "http/1.1", 1);
        String limits =
                "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 1048576              files\n";

        assertThat(FileLimit.read(limits).problem(plan))
                .isEqualTo("ulimit -n: 1024 (expected: >= 5900 for --idle 5000); raise it with ulimit -n 5900, "
                        + "or reduce --idle to 124");
        assertThat(new FileLimit(5900).problem(plan)).isNull();
        assertThat(FileLimit.read("Max open files            unlimited  unlimited  files\n")
                        .problem(plan))
                .isNull();
    }

    @Test
    void addsUpTheSeriesOfAMetric() {
        MetricsPage page = MetricsPage.of("""
                # HELP isochrone_connections Open client connections
                isochrone_connections 12.0
                isochrone_connections_other 99.0
                jvm_memory_used_bytes{area="heap",id="a"} 1.5E6
                jvm_memory_used_bytes{area="heap",id="b"} 500000.0
                jvm_memory_used_bytes{area="nonheap",id="c"} 7.0
                """);

        assertThat(page.value("isochrone_connections", "")).isEqualTo(12);
        assertThat(page.value("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(2_000_000);
        assertThat(page.value("isochrone_requests_in_flight", "")).isNaN();
    }

    private static Sample sample(long second, long residentKib, int files, double inFlight, double pinnedKib) {
        String page = "isochrone_connections 10\nisochrone_requests_in_flight " + inFlight
                + "\nisochrone_direct_memory_pinned_bytes " + pinnedKib * 1024
                + "\nisochrone_direct_memory_reserved_bytes 1048576\njvm_memory_used_bytes{area=\"heap\"} 1048576\n";
        return new Sample("router", 1, second * 1_000_000_000L, residentKib, files, 30, MetricsPage.of(page));
    }

    private static List<String> missed(SoakChecks checks) {
        return checks.all().stream()
                .filter(check -> !Boolean.TRUE.equals(check.met()))
                .map(Check::what)
                .toList();
    }

    @Test
    void missesACheckForEachThingThatDoesNotComeBack() {
        SoakChecks checks = new SoakChecks();

        checks.rest(sample(0, 1000, 100, 0, 10), sample(9, 1000, 100, 0, 10));
        assertThat(missed(checks)).isEmpty();
        checks.rest(sample(0, 1000, 100, 0, 10), sample(9, 1000, 133, 1, 10_000));
        assertThat(missed(checks))
                .containsExactly(
                        "router: requests in flight", "router: file descriptors", "router: direct memory in use");
    }

    @Test
    void missesResidentMemoryThatGrowsAndSaysWhenItCannotTell() {
        List<Sample> growing = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            growing.add(sample(i, 100_000 + i * 200, 10, 0, 0));
        }
        SoakChecks checks = new SoakChecks();

        checks.flat(growing, "router", 150);
        checks.flat(growing.subList(0, 20), "router", 20);

        assertThat(checks.all().stream().map(Check::met).toList()).isEqualTo(Arrays.asList(false, true, null, null));
    }
}
