package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each bound at its limit less one, at it and beyond: status, and whether the connection is kept. */
final class LimitsTest {
    private static final Limits LIMITS = new Limits(100, 1000, 10, 50, 100, 1024, 8192, 8);
    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofMillis(300),
            Duration.ofMillis(600),
            Duration.ofSeconds(1),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    private static String fixed(String head, String tail, int size) {
        return head + "x".repeat(size - head.length() - tail.length()) + tail;
    }

    @ParameterizedTest
    @CsvSource({
        "target,99,200",
        "target,100,200",
        "target,101,414",
        "target,5000,414",
        "head,999,200",
        "head,1000,200",
        "head,1001,431",
        "head,9000,431",
        "fields,9,200",
        "fields,10,200",
        "fields,11,431",
        "body,49,200",
        "body,50,200",
        "body,51,413",
        "chunked,50,200",
        "chunked,51,413",
        "response,999,200",
        "response,1000,200",
        "response,1001,502"
    })
    void answers(String what, int size, int status) throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    int response = head.contains("X-Size: ") ? size : 100;
                    return RawBackend.answer(
                            out, fixed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ", "\r\n\r\n", response));
                });
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            String request = switch (what) {
                case "target" -> "GET /" + "x".repeat(size - 1) + " HTTP/1.1\r\nHost: h\r\n\r\n";
                case "head" -> fixed("GET / HTTP/1.1\r\nHost: h\r\nX: ", "\r\n\r\n", size);
                case "fields" -> "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(size - 1) + "\r\n";
                case "body" -> "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size);
                case "chunked" ->
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(size)
                            + "\r\n" + "x".repeat(size) + "\r\n0\r\n\r\n";
                default -> "GET / HTTP/1.1\r\nHost: h\r\nX-Size: 1\r\n\r\n";
            };

            String answer = client.send(request).response();

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer.contains("Connection: close")).isEqualTo(status / 100 == 4);
            if (status != 200) {
                assertThat(answer).contains("{\"statusCode\":" + status + ",\"message\":\"");
            }
        }
    }

    @Test
    void aHeadThatDoesNotComeInTimeIsAnswered408() throws Exception {
        try (EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, 1);
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHo").rest()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() throws Exception {
        try (EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, 1);
                EngineFixture.Client client = engine.client()) {
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aSilentBackendIsAnswered504() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> in.read() >= 0);
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").response())
                    .startsWith("HTTP/1.1 504 ");
        }
    }

    @Test
    void aBodyThatStallsHalfwayIsCut() throws Exception {
        try (RawBackend backend = new RawBackend((head, in, out, socket) -> {
                    RawBackend.answer(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    return in.read() >= 0;
                });
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").rest()).endsWith("half");
        }
    }

    @ParameterizedTest
    @CsvSource({"32,200", "33,502"})
    void soManyInterimResponsesAreBorne(int count, String status) throws Exception {
        String interims = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(count);
        try (RawBackend backend = new RawBackend((head, in, out, socket) ->
                        RawBackend.answer(out, interims + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                EngineFixture engine = new EngineFixture(LIMITS, TIMEOUTS, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            String response = client.response();
            while (response.startsWith("HTTP/1.1 103 ")) {
                response = client.response();
            }

            assertThat(response).startsWith("HTTP/1.1 " + status);
        }
    }
}
