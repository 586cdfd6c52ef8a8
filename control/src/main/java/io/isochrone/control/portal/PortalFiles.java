package io.isochrone.control.portal;

import io.isochrone.control.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The files that the page consists of, held in memory. A browser keeps them and asks each time whether they are still the same, so that
 * page and control plane never differ in version; the answer to that is 304.
 *
 * <p>Immutable.
 */
final class PortalFiles {
    /** What each answer of the portal says: nothing foreign is loaded, no script stands in a page, no other page frames it. */
    static final Map<String, String> SAFETY = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                    + "require-trusted-types-for 'script'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("index.html", "text/html; charset=utf-8"),
            Map.entry("style.css", "text/css; charset=utf-8"),
            Map.entry("icon.svg", "image/svg+xml"),
            Map.entry("world.json", "application/json; charset=utf-8"),
            Map.entry("app.js", SCRIPT),
            Map.entry("api.js", SCRIPT),
            Map.entry("dialogs.js", SCRIPT),
            Map.entry("dom.js", SCRIPT),
            Map.entry("feed.js", SCRIPT),
            Map.entry("locations.js", SCRIPT),
            Map.entry("map.js", SCRIPT),
            Map.entry("menu.js", SCRIPT),
            Map.entry("projection.js", SCRIPT),
            Map.entry("rules.js", SCRIPT),
            Map.entry("status.js", SCRIPT));

    private final Map<String, Asset> assets;

    private PortalFiles(Map<String, Asset> assets) {
        this.assets = Map.copyOf(assets);
    }

    private record Asset(String type, byte[] bytes, String tag) {}

    /** Those that stand beside this class. */
    static PortalFiles load() {
        Map<String, Asset> assets = new LinkedHashMap<>();
        TYPES.forEach((name, type) -> {
            byte[] bytes = read(name);
            assets.put(name, new Asset(type, bytes, tag(bytes)));
        });
        return new PortalFiles(assets);
    }

    /** 200 with the file, 304 when {@code ifNoneMatch} has its tag, or null when there is none of this name. */
    @Nullable
    Reply find(String name, @Nullable String ifNoneMatch) {
        Asset asset = assets.get(name.isEmpty() ? "index.html" : name);
        if (asset == null) {
            return null;
        }
        boolean same = ifNoneMatch != null && ifNoneMatch.contains(asset.tag);
        Map<String, String> headers = new LinkedHashMap<>(SAFETY);
        headers.put("ETag", asset.tag);
        headers.put("Cache-Control", "no-cache");
        if (!same) {
            headers.put("Content-Type", asset.type);
        }
        return new Reply(same ? 304 : 200, headers, same ? new byte[0] : asset.bytes);
    }

    /** An answer with {@link #SAFETY}. */
    static Reply safe(Reply reply) {
        Map<String, String> headers = new LinkedHashMap<>(SAFETY);
        headers.putAll(reply.headers());
        return new Reply(reply.status(), headers, reply.body());
    }

    private static byte[] read(String name) {
        try (InputStream in = Objects.requireNonNull(PortalFiles.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
