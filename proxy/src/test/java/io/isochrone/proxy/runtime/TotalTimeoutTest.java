package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.outcome.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code timeouts.total} ends a request that no backend answers, however long {@code timeouts.first-byte} lets one attempt wait. */
final class TotalTimeoutTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Timeouts TOTAL = new Timeouts(
            Duration.ofSeconds(5), LONG, Duration.ofSeconds(1), LONG, LONG, LONG, LONG, LONG, Duration.ofMillis(200));
    private static final String MAYBE = "Isochrone-Maybe-Processed: true";

    /** Answers nothing until the other side leaves. */
    private static RawBackend silent() throws Exception {
        return new RawBackend((head, in, out, socket) -> {
            while (in.read() >= 0) {
                // nothing is answered
            }
            return false;
        });
    }

    @Test
    void endsWhatMayBeRepeatedWithoutDoubt() throws Exception {
        try (RawBackend backend = silent();
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, TOTAL, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 504 ").doesNotContain(MAYBE);
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.GATEWAY_TIMEOUT);
        }
    }

    @Test
    void saysOfOthersThatTheyMayHaveBeenProcessed() throws Exception {
        try (RawBackend backend = silent();
                EngineFixture engine = new EngineFixture(Limits.DEFAULTS, TOTAL, backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.response()).startsWith("HTTP/1.1 504 ").contains(MAYBE);
            assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.AMBIGUOUS_TIMEOUT);
        }
    }

    /** P12: a real answer that an earlier endpoint gave is better than none. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheRealAnswerThatWasPutAsideWhenTheLastEndpointHasNone(boolean total) throws Exception {
        Duration brief = Duration.ofMillis(200);
        Timeouts firstByte =
                new Timeouts(Duration.ofSeconds(5), LONG, Duration.ofSeconds(1), brief, LONG, LONG, LONG, LONG, LONG);
        try (RawBackend busy = new RawBackend((head, in, out, socket) ->
                        RawBackend.answer(out, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"));
                RawBackend backend = silent();
                EngineFixture engine =
                        new EngineFixture(Limits.DEFAULTS, total ? TOTAL : firstByte, busy.port(), backend.port());
                EngineFixture.Client client = engine.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.response()).startsWith("HTTP/1.1 503 Busy").endsWith("busy");
            assertThat(engine.nextRecord().attempts())
                    .contains("=retriable_status,")
                    .endsWith("=first_byte_timeout");
        }
    }

    @Test
    void isTwiceTheFirstByteUnlessSet() {
        assertThat(Timeouts.ROUTER_DEFAULTS.totalNanos())
                .isEqualTo(2 * Timeouts.ROUTER_DEFAULTS.firstByte().toNanos());
        assertThat(TOTAL.totalNanos()).isEqualTo(Duration.ofMillis(200).toNanos());
    }
}
