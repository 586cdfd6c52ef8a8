package io.isochrone.config.source;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node reaches its control plane.
 *
 * <p>Immutable.
 *
 * @param urls the replicas, at least one, each {@code https://HOST[:PORT]}
 * @param token file with the node's token
 * @param ca PEM file of the authorities whose certificates are good; null: those that the JDK trusts
 */
public record ControlSettings(
        List<URI> urls, Path token, @Nullable Path ca) {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSettings.class);

    public ControlSettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("control: none (expected: https://HOST:PORT)");
        }
    }

    /** Reads {@code https://host:port,…}. Throws IllegalArgumentException that says what was expected. */
    public static List<URI> urls(String text) {
        List<URI> urls = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            urls.add(url(each.strip()));
        }
        return urls;
    }

    /**
     * Looks whether the token and the authorities can be read.
     *
     * @param served whether the node serves already: then it is only warned, for it can do without
     * @throws IllegalArgumentException that says what was expected
     */
    public void check(boolean served) {
        try {
            TokenFile.read(token);
            if (ca != null) {
                ControlClient.trusting(ca, Files.readAllBytes(ca));
            }
        } catch (NoSuchFileException e) {
            tell(served, e.getMessage() + ": no such file (expected: a PEM file with certificates)", e);
        } catch (IOException e) {
            tell(served, String.valueOf(e.getMessage()), e);
        }
    }

    private static void tell(boolean served, String message, IOException cause) {
        if (!served) {
            throw new IllegalArgumentException(message, cause);
        }
        LOG.warn("control plane cannot be asked: {}", message);
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            String path = url.getRawPath();
            boolean bare = (path == null || path.isEmpty() || path.equals("/"))
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && url.getRawUserInfo() == null;
            if ("https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null && bare) {
                return new URI("https", null, url.getHost(), url.getPort(), "", null, null);
            }
        } catch (URISyntaxException e) { // told below, with what was expected
        }
        throw new IllegalArgumentException("\"" + text + "\" (expected: https://HOST:PORT, several parted by commas)");
    }
}
