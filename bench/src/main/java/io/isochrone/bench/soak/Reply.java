package io.isochrone.bench.soak;

import java.util.Map;

/**
 * A response that is complete by its framing. Not changed after it was made.
 *
 * @param fields by their names in lower case; of repeated ones the last
 */
record Reply(int status, Map<String, String> fields, byte[] body) {
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** For people: what it is, and its first bytes. */
    String describe() {
        StringBuilder text = new StringBuilder().append(status).append(' ').append(fields);
        text.append(' ').append(body.length).append(" bytes: ");
        for (int i = 0; i < Math.min(60, body.length); i++) {
            text.append(body[i] >= 0x20 && body[i] < 0x7f ? (char) body[i] : '.');
        }
        return text.toString();
    }
}
