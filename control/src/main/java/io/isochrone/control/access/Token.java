package io.isochrone.control.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token as it is stored. Its text is {@code isochrone_ID_SECRET}; of the secret, 256 random bits, only the SHA-256 is kept:
 * nothing slower is needed for what cannot be guessed.
 *
 * <p>Immutable.
 *
 * @param id lower-case letters and digits, unique
 * @param caller who shows it
 * @param hash SHA-256 of the secret, hex
 * @param created when
 * @param createdBy whose token made it
 */
public record Token(String id, Caller caller, String hash, Instant created, String createdBy) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern TEXT = Pattern.compile("isochrone_([a-z0-9]{4,32})_([A-Za-z0-9_-]{43})");

    /**
     * A token with its text, which is shown once and never again.
     *
     * @param token as stored
     * @param text what the caller shows
     */
    public record Issued(Token token, String text) {
        /** Prints without the text. */
        @Override
        public String toString() {
            return "Issued[" + token.id + "]";
        }
    }

    /**
     * What a token's text says.
     *
     * @param id which token
     * @param secret to be compared
     */
    record Shown(String id, String secret) {
        /** Prints without the secret. */
        @Override
        public String toString() {
            return "Shown[" + id + "]";
        }
    }

    /** A new one. */
    static Issued issue(Caller caller, Instant now, String by) {
        byte[] id = new byte[8];
        byte[] secret = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        String name = HexFormat.of().formatHex(id);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Issued(new Token(name, caller, hash(text), now, by), "isochrone_" + name + "_" + text);
    }

    /** What a token's text says, or null when it is none. */
    static @Nullable Shown shown(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches() ? new Shown(matcher.group(1), matcher.group(2)) : null;
    }

    /** Whether {@code secret} is this token's; takes as long whatever is wrong with it. */
    boolean is(String secret) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), hash(secret).getBytes(StandardCharsets.US_ASCII));
    }

    /** As it may be shown. */
    ObjectNode view() {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", id).put("name", caller.name());
        json.put("role", caller.role().name().toLowerCase(Locale.ROOT));
        json.put("service", caller.service()).put("region", caller.region());
        return json.put("createdAt", created.toString()).put("createdBy", createdBy);
    }

    /** As it is stored. */
    String write() {
        return view().put("hash", hash).toString();
    }

    /** What {@link #write} wrote. */
    static Token read(String stored) {
        JsonNode json;
        try {
            json = MAPPER.readTree(stored);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("stored token: not JSON (expected: what was written)", e);
        }
        Caller caller = new Caller(
                json.path("name").asText(),
                Caller.Role.valueOf(json.path("role").asText().toUpperCase(Locale.ROOT)),
                json.path("service").textValue(),
                json.path("region").textValue());
        return new Token(
                json.path("id").asText(),
                caller,
                json.path("hash").asText(),
                Instant.parse(json.path("createdAt").asText()),
                json.path("createdBy").asText());
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
