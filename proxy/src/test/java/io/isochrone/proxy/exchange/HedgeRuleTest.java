package io.isochrone.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.exchange.HedgeRule.Decision;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.resilience.HedgeBudget;
import io.isochrone.proxy.resilience.RetryBudget;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** P51: which slow requests are sent a second time. */
final class HedgeRuleTest {
    private static boolean suits(String method, String fields) {
        byte[] head = (method + " /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n").getBytes(StandardCharsets.US_ASCII);
        H1Request request = new H1Request();
        assertThat(request.parse(head, head.length, 8192, 100)).isNull();
        return HedgeRule.suits(request);
    }

    @Test
    void onlyReadsWithoutABodySuit() {
        assertThat(suits("GET", "")).isTrue();
        assertThat(suits("HEAD", "")).isTrue();
        assertThat(suits("GET", "Content-Length: 0\r\n")).isTrue();
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"}) {
            assertThat(suits(method, "")).as(method).isFalse();
            assertThat(suits(method, "Idempotency-Key: k\r\n")).as(method).isFalse();
        }
        assertThat(suits("GET", "Content-Length: 1\r\n")).isFalse();
        assertThat(suits("GET", "Transfer-Encoding: chunked\r\n")).isFalse();
        assertThat(suits("GET", "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
                .isFalse();
    }

    /** Every combination: suits, thought of before, the last attempt, memory scarce, no budget. */
    @Test
    void everyCombination() {
        for (int bits = 0; bits < 32; bits++) {
            boolean suits = (bits & 1) != 0;
            boolean before = (bits & 2) != 0;
            boolean last = (bits & 4) != 0;
            boolean scarce = (bits & 8) != 0;
            boolean spent = (bits & 16) != 0;
            HedgeBudget budget = new HedgeBudget(new RetryBudget());
            while (spent && budget.take(0)) {
                assertThat(spent).isTrue();
            }

            Decision decision = HedgeRule.decide(suits, before, last ? 3 : 2, 3, scarce, budget, 0);

            Decision expected =
                    !suits || before || last ? Decision.WAIT : scarce || spent ? Decision.DENY : Decision.SEND;
            assertThat(decision).as(Integer.toBinaryString(bits)).isEqualTo(expected);
            assertThat(budget.has(0)).as("nothing is taken yet").isEqualTo(!spent);
        }
    }
}
