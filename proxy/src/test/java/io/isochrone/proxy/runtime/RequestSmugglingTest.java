package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.codec.RequestCorpus;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.http.Violation;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.tls.NodeTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P21: the corpus of odd requests over sockets, through one node and through two: a backend sees exactly the requests that the first counts. */
final class RequestSmugglingTest {
    private static final String LAST = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    /** What is spoken between two nodes, or that there is one. Immutable. */
    enum Way {
        ONE_NODE,
        HTTP_1_1,
        HTTP_2
    }

    private static EngineFixture front(Way way, EngineFixture node) throws Exception {
        UpstreamProtocol protocol = way == Way.HTTP_2 ? UpstreamProtocol.HTTP_2_NODE : UpstreamProtocol.HTTP_1_1;
        return new EngineFixture(
                Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS, NodeTls.plain(), false, protocol, node.server.port());
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(60)
    void theBackendSeesWhatTheProxyCountsAndNothingElse(Way way) throws Exception {
        List<String> reached = new CopyOnWriteArrayList<>();
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    reached.add(head.substring(0, head.indexOf(" HTTP")) + body(head, in));
                    return RawBackend.ok(out, "ok");
                });
                EngineFixture node = EngineFixture.to(backend.port());
                EngineFixture front = way == Way.ONE_NODE ? null : front(way, node)) {
            EngineFixture engine = front == null ? node : front;
            int smuggled = 0;
            for (RequestCorpus row : RequestCorpus.all()) {
                reached.clear();
                List<ExchangeRecord> records = new ArrayList<>();
                String answers;
                try (EngineFixture.Client client = engine.client()) {
                    client.send(row.bytes()).send(LAST);
                    answers = client.rest();
                }
                collect(engine, records, row);

                check(row, reached, records, answers);
                assertThat(backend.heads())
                        .as(row.toString())
                        .filteredOn(head -> head.startsWith("GET /smuggled "))
                        .hasSize(smuggled += followers(row));
            }
        }
    }

    private static void check(RequestCorpus row, List<String> reached, List<ExchangeRecord> records, String answers) {
        String first = row.expected().get(0);
        if (!first.startsWith("!")) {
            assertThat(records).as(row.toString()).allMatch(r -> r.outcome() == Outcome.RELAYED);
            assertThat(reached)
                    .as(row + answers)
                    .hasSize(records.size())
                    .first()
                    .isEqualTo(first);
            return;
        }
        Outcome outcome = Violation.valueOf(first.substring(2)).outcome();
        assertThat(records).as(row.toString()).hasSize(1);
        assertThat(records.get(0).outcome()).as(row.toString()).isEqualTo(outcome);
        assertThat(reached).as(row.toString()).isEmpty();
        assertThat(answers)
                .as(row.toString())
                .startsWith("HTTP/1.1 " + outcome.status() + " ")
                .contains("\r\nConnection: close\r\n")
                .contains("{\"statusCode\":" + outcome.status() + ",\"message\":\"")
                .containsOnlyOnce("\r\nContent-Length: ");
    }

    /** How many requests behind the row's may be read: none behind a broken one or one of HTTP/1.0, which closes its connection. */
    private static int followers(RequestCorpus row) {
        return row.expected().size() == 1 || row.bytes().contains("HTTP/1.0") ? 0 : 1;
    }

    /** Takes the records of the row's request, of the one behind it and of the last one, and no other. */
    private static void collect(EngineFixture engine, List<ExchangeRecord> records, RequestCorpus row)
            throws InterruptedException {
        int wanted = followers(row) == 0 ? 1 : 3;
        while (records.size() < wanted) {
            records.add(engine.nextRecord());
        }
        ExchangeRecord surplus = engine.records.poll(0, TimeUnit.MILLISECONDS);
        assertThat(surplus).as(row.toString()).isNull();
    }

    private static String body(String head, InputStream in) throws IOException {
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int length = lower.indexOf("content-length:");
        if (length >= 0) {
            String value =
                    lower.substring(length + 15, lower.indexOf("\r\n", length)).trim();
            data.write(in.readNBytes(Integer.parseInt(value)));
        } else if (lower.contains("transfer-encoding: chunked")) {
            chunks(in, data);
        }
        return data.size() == 0 ? "" : " [" + data.toString(java.nio.charset.StandardCharsets.ISO_8859_1) + "]";
    }

    private static void chunks(InputStream in, ByteArrayOutputStream data) throws IOException {
        int size = Integer.parseInt(line(in).split(";", 2)[0], 16);
        while (size > 0) {
            data.write(in.readNBytes(size));
            line(in);
            size = Integer.parseInt(line(in).split(";", 2)[0], 16);
        }
        while (!line(in).isEmpty()) {
            // trailers
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder out = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed within a line");
            } else if (b != '\r') {
                out.append((char) b);
            }
        }
        return out.toString();
    }
}
