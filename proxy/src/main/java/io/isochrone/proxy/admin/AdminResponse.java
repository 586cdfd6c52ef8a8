package io.isochrone.proxy.admin;

import io.isochrone.proxy.exchange.LocalAnswer;

/**
 * What an operator gets.
 *
 * <p>Immutable.
 *
 * @param status 200 to 599
 * @param contentType value of Content-Type
 * @param body text, UTF-8 on the wire
 */
public record AdminResponse(int status, String contentType, String body) {
    /** Plain text with status 200. */
    public static AdminResponse text(String body) {
        return new AdminResponse(200, "text/plain; charset=utf-8", body);
    }

    /** JSON with status 200. */
    public static AdminResponse json(String body) {
        return new AdminResponse(200, "application/json", body);
    }

    /** The error shape {@code {"statusCode":…,"message":"…"}}. */
    public static AdminResponse error(int status, String message) {
        return new AdminResponse(status, "application/json", LocalAnswer.json(status, message) + "\n");
    }
}
