package io.isochrone.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessLogFormatTest {
    private final AccessLogFormat format = new AccessLogFormat(new Redaction(List.of("token")));

    private String line(ExchangeRecord exchange) {
        StringBuilder out = new StringBuilder();
        format.append(out, exchange);
        return out.toString();
    }

    @Test
    void writesEveryFieldOnOneLine() {
        assertThat(line(Records.of("GET", "/echo?token=s3cret")))
                .isEqualTo("{\"time\":\"2023-11-14T22:13:20.007Z\",\"client\":\"192.0.2.1\",\"peer\":\"10.0.0.1\","
                        + "\"method\":\"GET\",\"target\":\"/echo?token=***\",\"api\":\"echo\",\"region\":\"eastus\","
                        + "\"endpoint\":\"10.0.0.7:80\",\"status\":200,\"outcome\":\"relayed\",\"attempt_count\":1,"
                        + "\"attempts\":\"10.0.0.7:80=200\",\"failure\":null,\"request_bytes\":12,"
                        + "\"response_bytes\":34,\"first_byte_ms\":1.234,\"total_ms\":2.005}\n");
    }

    @Test
    void hidesSecretsAndSaysNullOnTheFailureBranchToo() {
        String line = line(Records.of(
                Outcome.BAD_GATEWAY, 502, "POST", "/x?%74oken=s3cret", null, null, Failure.RESET_BEFORE_RESPONSE));

        assertThat(line)
                .doesNotContain("s3cret")
                .contains("\"api\":null,\"region\":null,\"endpoint\":null,\"status\":502,\"outcome\":\"bad_gateway\"")
                .contains("\"failure\":\"reset_before_response\"")
                .contains("\"first_byte_ms\":null");
    }

    @Test
    void staysOneLineOfJsonForEveryCharacterThatAClientCanSend() throws IOException {
        for (int c = 0; c <= 0xffff; c++) {
            String target = "/a" + (char) c + "b";

            String line = line(Records.of("GET", target));

            assertThat(line.chars().filter(x -> x < 0x20 || x >= 0x7f && x < 0xa0 || x == 0x2028 || x == 0x2029))
                    .containsExactly((int) '\n');
            assertThat(line).endsWith("}\n");
            assertThat(targetOf(line)).isEqualTo(target);
        }
    }

    private static String targetOf(String line) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(line)) {
            while (json.nextToken() != JsonToken.FIELD_NAME
                    || !json.currentName().equals("target")) {}
            return json.nextTextValue();
        }
    }
}
