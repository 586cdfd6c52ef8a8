package io.isochrone.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The sections of a file in PEM form; text around them is skipped (RFC 7468). Thread-safe: no state. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /**
     * A section.
     *
     * @param label what stands between {@code BEGIN} and the dashes, such as {@code CERTIFICATE}
     * @param content decoded
     */
    record Section(String label, byte[] content) {}

    /** All sections in order. Throws IllegalArgumentException whose message names the line that is wrong. */
    static List<Section> sections(byte[] file) {
        List<Section> sections = new ArrayList<>();
        String label = null;
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String raw : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    body.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                sections.add(new Section(label, decoded(body, label, number)));
                label = null;
            } else if (line.startsWith(DASHES)) {
                throw new IllegalArgumentException("line " + number + " ends no " + label);
            } else {
                body.append(line);
            }
        }
        if (label != null) {
            throw new IllegalArgumentException("the last " + label + " has no end");
        }
        return sections;
    }

    private static byte[] decoded(StringBuilder body, String label, int line) {
        try {
            return Base64.getDecoder().decode(body.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + label + " that ends in line " + line + " is not Base64", e);
        }
    }
}
