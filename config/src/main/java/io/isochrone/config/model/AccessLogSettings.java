package io.isochrone.config.model;

import java.util.List;

/**
 * Where the access log goes and what it hides.
 *
 * <p>Immutable.
 *
 * @param target {@code off}, {@code stdout} or the path of a file that is appended to
 * @param queueLines most lines waiting to be written; further ones are dropped and counted
 * @param secretParameters names of query parameters whose values are never logged, compared without case
 */
public record AccessLogSettings(String target, int queueLines, List<String> secretParameters) {
    /** Off; 8,192 lines; {@code subscription-key} and the usual credential names hidden. */
    public static final AccessLogSettings DEFAULTS = new AccessLogSettings(
            "off",
            8192,
            List.of(
                    "subscription-key",
                    "api-key",
                    "apikey",
                    "key",
                    "token",
                    "access_token",
                    "password",
                    "secret",
                    "sig"));

    public AccessLogSettings {
        secretParameters = List.copyOf(secretParameters);
    }
}
