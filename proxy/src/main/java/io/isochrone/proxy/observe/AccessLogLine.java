package io.isochrone.proxy.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.isochrone.proxy.exchange.ExchangeRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The access log's form of an exchange: one JSON object on one line. Thread-safe: no state. */
final class AccessLogLine {
    private static final JsonFactory JSON = new JsonFactory();

    private AccessLogLine() {}

    static String of(ExchangeRecord r, Redaction redaction) {
        StringWriter out = new StringWriter(400);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.ofEpochMilli(r.startEpochMillis()).toString());
            json.writeStringField("client", r.client());
            json.writeStringField("peer", r.peer());
            json.writeStringField("method", r.method());
            json.writeStringField("target", redaction.redact(r.target()));
            json.writeNumberField("status", r.status());
            json.writeStringField("outcome", r.outcome().label());
            optional(json, "api", r.api());
            optional(json, "region", r.region());
            optional(json, "endpoint", r.endpoint());
            if (r.attemptCount() > 0) {
                json.writeStringField("attempts", r.attempts());
            }
            optional(json, "failure", r.failure() == null ? null : r.failure().label());
            json.writeNumberField("request_bytes", r.requestBytes());
            json.writeNumberField("response_bytes", r.responseBytes());
            if (r.firstByteNanos() >= 0) {
                json.writeNumberField("first_byte_ms", r.firstByteNanos() / 1e6);
            }
            json.writeNumberField("total_ms", r.totalNanos() / 1e6);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
