package io.isochrone.proxy.observe;

import io.isochrone.proxy.exchange.ExchangeRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes an exchange as one line of JSON. Whatever a client sends, the line stays one line: control characters, line separators and
 * unpaired surrogates are written as {@code \}{@code uXXXX}.
 *
 * <p>Confined to the log's writer thread.
 */
final class AccessLogFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final Redaction redaction;
    /** The second that {@code secondText} is of. */
    private long second = Long.MIN_VALUE;

    private String secondText = "";

    AccessLogFormat(Redaction redaction) {
        this.redaction = redaction;
    }

    /** Appends the line with its line feed. */
    void append(StringBuilder out, ExchangeRecord exchange) {
        out.append("{\"time\":\"");
        time(out, exchange.startEpochMillis());
        out.append('"');
        text(out, "client", exchange.client());
        text(out, "peer", exchange.peer());
        text(out, "method", exchange.method());
        text(out, "target", redaction.redact(exchange.target()));
        text(out, "api", exchange.api());
        text(out, "region", exchange.region());
        text(out, "endpoint", exchange.endpoint());
        number(out, "status", exchange.status());
        text(out, "outcome", exchange.outcome().label());
        number(out, "attempt_count", exchange.attemptCount());
        text(out, "attempts", exchange.attempts());
        text(
                out,
                "failure",
                exchange.failure() == null ? null : exchange.failure().label());
        number(out, "request_bytes", exchange.requestBytes());
        number(out, "response_bytes", exchange.responseBytes());
        millis(out, "first_byte_ms", exchange.firstByteNanos());
        millis(out, "total_ms", exchange.totalNanos());
        out.append("}\n");
    }

    private static void number(StringBuilder out, String name, long value) {
        out.append(",\"").append(name).append("\":").append(value);
    }

    /** Milliseconds with three digits; negative: null. */
    private static void millis(StringBuilder out, String name, long nanos) {
        out.append(",\"").append(name).append("\":");
        if (nanos < 0) {
            out.append("null");
            return;
        }
        long micros = nanos / 1000;
        out.append(micros / 1000).append('.');
        threeDigits(out, (int) (micros % 1000));
    }

    private static void threeDigits(StringBuilder out, int number) {
        out.append((char) ('0' + number / 100))
                .append((char) ('0' + number / 10 % 10))
                .append((char) ('0' + number % 10));
    }

    private void time(StringBuilder out, long epochMillis) {
        long at = Math.floorDiv(epochMillis, 1000L);
        if (at != second) {
            second = at;
            secondText = TIME.format(Instant.ofEpochSecond(at));
        }
        out.append(secondText);
        threeDigits(out, Math.floorMod(epochMillis, 1000));
        out.append('Z');
    }

    private static void text(StringBuilder out, String name, @Nullable String value) {
        out.append(",\"").append(name).append("\":");
        if (value == null) {
            out.append("null");
            return;
        }
        out.append('"');
        int copied = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean quoted = c == '"' || c == '\\';
            if (!quoted && isPlain(value, i)) {
                continue;
            }
            out.append(value, copied, i);
            copied = i + 1;
            if (quoted) {
                out.append('\\').append(c);
            } else {
                out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 15]);
                out.append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
            }
        }
        out.append(value, copied, value.length()).append('"');
    }

    private static boolean isPlain(String value, int i) {
        char c = value.charAt(i);
        if (c < 0x7f) {
            return c >= 0x20;
        }
        if (c < 0xa0 || c == '\u2028' || c == '\u2029') {
            return false;
        }
        if (Character.isHighSurrogate(c)) {
            return i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        }
        return !Character.isLowSurrogate(c) || i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
    }
}
