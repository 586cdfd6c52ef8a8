package io.isochrone.control.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one control plane. A token goes nowhere else: redirects are not followed, and an address that the control plane names must
 * be one of its own.
 *
 * <p>Thread-safe.
 */
final class ControlClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int MOST_BYTES = 256 << 20;

    private final URI control;
    private final Credentials credentials;
    private final HttpClient http;

    /** For the control plane at {@code control}, such as {@code https://localhost:8443}. */
    ControlClient(URI control, Credentials credentials) {
        this.control = control;
        this.credentials = credentials;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(Trust.of(credentials.caFile()))
                .build();
    }

    /** The answer to a call, whatever its status; {@code target} is a path with its query, or a whole address of this control plane. */
    Answer call(String method, String target, @Nullable String body, Map<String, String> headers) {
        try {
            return send(method, target, body, headers);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** The answer to a call that must be a 2xx. */
    Answer good(String method, String target, @Nullable String body) {
        Answer answer = call(method, target, body, Map.of());
        if (!answer.isGood()) {
            throw refused(answer);
        }
        return answer;
    }

    /** What an answer other than 2xx means. */
    FailedException refused(Answer answer) {
        return Refusals.of(answer, control, credentials.tokenFrom());
    }

    /** As {@link #call}, but with what goes wrong on the way as it is. */
    Answer send(String method, String target, @Nullable String body, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(target))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + credentials.token())
                .header("Accept", "application/json")
                .header("x-ms-client-request-id", UUID.randomUUID().toString());
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw FailedException.bad(control + " answers more than 256 MiB (expected: less)");
                }
                return new Answer(response.statusCode(), response.headers(), new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FailedException.bad("interrupted; what was begun goes on");
        }
    }

    /** What a call that got no answer means. */
    FailedException unreachable(IOException error) {
        if (error instanceof HttpConnectTimeoutException) {
            return FailedException.bad(control + " does not answer (expected: a connection within 5 s)", start());
        }
        if (error instanceof HttpTimeoutException) {
            return FailedException.bad(
                    control + " does not answer (expected: an answer within 60 s)",
                    "What was asked for may be carried out all the same: look before you repeat it.");
        }
        if (error instanceof ConnectException connect) {
            return connect.getCause() instanceof UnresolvedAddressException || hasUnresolved(connect)
                    ? FailedException.bad("--control: " + control + " (expected: a host that DNS knows)")
                    : FailedException.bad("nothing answers at " + control + " (expected: a control plane)", start());
        }
        if (error instanceof SSLException tls) {
            return untrusted(tls);
        }
        return FailedException.bad(
                control + " broke the connection off: " + error.getMessage() + " (expected: an answer)",
                "What was asked for may be carried out all the same: look before you repeat it.");
    }

    private static boolean hasUnresolved(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private static String start() {
        return "Start one with isochrone control, or name another with --control URL or ISOCHRONE_CONTROL.";
    }

    private FailedException untrusted(SSLException error) {
        String words = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("no subject alternative") || words.contains("no name matching")) {
            return FailedException.bad(
                    "--control: " + control + " (expected: a name that its certificate has; " + error.getMessage()
                            + ")",
                    "Use a name that the certificate has, or issue one for " + control.getHost() + ".");
        }
        if (error instanceof SSLHandshakeException && words.contains("pkix")) {
            return FailedException.bad(
                    "the certificate of " + control + " is not trusted (expected: one issued by "
                            + credentials.trustedFrom() + ")",
                    "Give the certificate of its authority with --ca-file or ISOCHRONE_CA_FILE: the control plane",
                    "keeps it as " + LocalFiles.CA + " in its data folder.");
        }
        return FailedException.bad(
                "no TLS with " + control + ": " + error.getMessage() + " (expected: an https listener)");
    }

    private URI address(String target) {
        if (target.startsWith("/")) {
            return URI.create(withoutSlash(control.toString()) + target);
        }
        URI uri = URI.create(target);
        boolean own = control.getScheme().equalsIgnoreCase(String.valueOf(uri.getScheme()))
                && control.getAuthority().equalsIgnoreCase(String.valueOf(uri.getAuthority()));
        if (!own) {
            throw FailedException.bad(
                    control + " says to go on at " + uri.getScheme() + "://" + uri.getAuthority()
                            + " (expected: an address of its own)",
                    "The token is not sent there. A proxy in between must keep the Host header.");
        }
        return uri;
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
