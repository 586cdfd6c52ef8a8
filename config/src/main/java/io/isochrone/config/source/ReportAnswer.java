package io.isochrone.config.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The answer to a report: {@code {"reportSeconds":2}}. Thread-safe: no state. */
final class ReportAnswer {
    private static final JsonFactory JSON = new JsonFactory();

    private ReportAnswer() {}

    /** How long to wait until the next report; null when the answer does not say. */
    static @Nullable Long reportMillis(byte[] json) {
        Long millis = null;
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = in.currentName().equals("reportSeconds");
                JsonToken value = in.nextToken();
                if (wanted && value.isNumeric()) {
                    millis = (long) (in.getDoubleValue() * 1000);
                } else {
                    in.skipChildren();
                }
            }
            return in.currentToken() == JsonToken.END_OBJECT ? millis : null;
        } catch (IOException e) {
            return null;
        }
    }
}
