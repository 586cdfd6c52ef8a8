package io.isochrone.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A description of an API as a file holds it.
 *
 * <p>Immutable.
 *
 * @param text the whole document
 * @param format the contract's word for what it is written in
 * @param id a name for the API, from the file's
 */
record ApiFile(String text, String format, String id) {
    /** Longest document, so that the call with it stays below what the control plane takes. */
    static final long LONGEST = 3 << 20;

    private static final int LONGEST_ID = 80;

    /** Reads it; exit code 2 when it cannot be one. */
    static ApiFile read(Path file) {
        String text;
        try {
            if (Files.size(file) > LONGEST) {
                throw FailedException.usage("FILE: " + file + " is longer than 3 MiB (expected: an OpenAPI document)");
            }
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw FailedException.usage("FILE: " + file + " (expected: text in UTF-8)");
        } catch (IOException e) {
            throw FailedException.usage("FILE: " + file + " cannot be read (expected: an OpenAPI document)");
        }
        return new ApiFile(text, format(file, text), id(String.valueOf(file.getFileName())));
    }

    /** Letters, digits and dashes of the file's name without its ending. */
    static String id(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String id = (dot > 0 ? fileName.substring(0, dot) : fileName)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        return id.length() > LONGEST_ID ? id.substring(0, LONGEST_ID) : id;
    }

    private static String format(Path file, String text) {
        if (!text.stripLeading().startsWith("{")) {
            if (!text.contains("openapi")) {
                throw FailedException.usage("FILE: " + file + " (expected: an OpenAPI 3 document in YAML or JSON)");
            }
            return "openapi";
        }
        JsonNode json;
        try {
            json = Answer.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw FailedException.usage("FILE: " + file + ":" + e.getLocation().getLineNr() + ":"
                    + e.getLocation().getColumnNr() + " (expected: JSON)");
        }
        if (json.has("openapi")) {
            return "openapi+json";
        }
        if (json.has("swagger")) {
            return "swagger-json";
        }
        throw FailedException.usage("FILE: " + file + " (expected: a document with \"openapi\" or \"swagger\")");
    }
}
