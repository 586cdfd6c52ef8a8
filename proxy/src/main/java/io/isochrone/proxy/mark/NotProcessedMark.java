package io.isochrone.proxy.mark;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The proof that one of the service's own gateways refused a request before any backend saw it, so that it may be sent elsewhere
 * whatever its method. Form: {@code reason;token} in the field {@value #FIELD}, where the token is derived from the service's hop
 * secret by HMAC-SHA256 (RFC 2104). Gateways strip the field from what backends say; without a secret nothing is marked and nothing
 * believed.
 *
 * <p>Immutable.
 */
public final class NotProcessedMark {
    /** The response field, lower case. */
    public static final String FIELD = "isochrone-not-processed";

    /** The reason of a gateway whose region has no backend of the request's API that can be reached. */
    public static final String NO_BACKEND = "no_healthy_backend";

    /** The reason of a gateway that has as many requests under way as it may. */
    public static final String OVERLOADED = "overloaded";

    /** The reason of a gateway that has as many requests of the API under way as it may. */
    public static final String BULKHEAD_FULL = "bulkhead_full";

    private final byte @Nullable [] token;

    private NotProcessedMark(byte @Nullable [] token) {
        this.token = token;
    }

    /** The mark of a service; null: the one that proves nothing. */
    public static NotProcessedMark of(@Nullable String hopSecret) {
        if (hopSecret == null) {
            return new NotProcessedMark(null);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(hopSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] digest = mac.doFinal("isochrone not-processed".getBytes(StandardCharsets.US_ASCII));
            return new NotProcessedMark(HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** The field's value for a refusal, or null when there is no secret. {@code reason}: lower case with underscores. */
    public @Nullable String value(String reason) {
        return token == null ? null : reason + ";" + new String(token, StandardCharsets.US_ASCII);
    }

    /** Whether the value proves a refusal. Takes the same time for every wrong token of a length. */
    public boolean isProof(@Nullable String value) {
        if (token == null || value == null) {
            return false;
        }
        int semicolon = value.indexOf(';');
        return semicolon > 0
                && MessageDigest.isEqual(token, value.substring(semicolon + 1).getBytes(StandardCharsets.ISO_8859_1));
    }
}
