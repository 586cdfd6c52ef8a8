package io.isochrone.config.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the control plane: to the replica that answered last, and to the next one after a failure. Its threads are its own.
 *
 * <p>Bounds: 5 s to connect; each request has its time to the answer's head and to its end, after which it is given up; an answer has at
 * most {@value #MAX_ANSWER_BYTES} bytes.
 *
 * <p>Thread-safe: blocks; never used on an event loop.
 */
final class ControlClient implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /**
     * An answer.
     *
     * @param status as it came
     * @param waiting why the node has to wait, or empty
     * @param body at most the bound
     */
    record Answer(int status, String waiting, byte[] body) {}

    private final ControlSettings settings;
    private final TokenFile token;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "control-http");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] trusted = {};
    private @Nullable HttpClient client;
    private volatile int current;

    ControlClient(ControlSettings settings) {
        this.settings = settings;
        this.token = new TokenFile(settings.token());
    }

    /** The replica that is asked now. */
    URI url() {
        return settings.urls().get(current);
    }

    /** How many replicas there are. */
    int replicas() {
        return settings.urls().size();
    }

    /** The replica did not do what it should: the next one is asked from now on. */
    void leave(URI failed) {
        int at = current;
        if (settings.urls().get(at).equals(failed)) {
            current = (at + 1) % replicas();
        }
        forgetWhenChanged();
    }

    /**
     * Sends JSON and waits for the answer.
     *
     * @param head how long the answer's head may take
     * @param whole how long all of it may take
     * @throws IOException when there is no whole answer in time, whatever the reason; the message is for a log
     */
    Answer post(URI url, String path, byte[] json, Duration head, Duration whole)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(head)
                .header("Authorization", "Bearer " + token.token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent =
                client().sendAsync(request, info -> new BoundedBody(MAX_ANSWER_BYTES));
        try {
            HttpResponse<byte[]> response = sent.get(whole.toNanos(), TimeUnit.NANOSECONDS);
            String waiting = response.headers().firstValue("Isochrone-Waiting").orElse("");
            return new Answer(response.statusCode(), waiting, response.body());
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + whole.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        } finally {
            sent.cancel(true); // frees the connection when it is not done
        }
    }

    private synchronized HttpClient client() throws IOException {
        HttpClient known = client;
        if (known != null) {
            return known;
        }
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads);
        Path ca = settings.ca();
        if (ca != null) {
            trusted = Files.readAllBytes(ca);
            builder.sslContext(trusting(ca, trusted));
        }
        client = builder.build();
        return client;
    }

    /** After a failure: authorities that were exchanged on disk count from the next request on. */
    private synchronized void forgetWhenChanged() {
        Path ca = settings.ca();
        try {
            if (ca != null && client != null && !Arrays.equals(trusted, Files.readAllBytes(ca))) {
                client = null;
            }
        } catch (IOException e) { // what was read before counts on
        }
    }

    /** Trust in the certificates of a PEM file only. Throws IOException that names the file. */
    static SSLContext trusting(Path file, byte[] pem) throws IOException {
        try {
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            int count = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                authorities.setCertificateEntry("ca-" + count++, each);
            }
            if (count == 0) {
                throw new IOException(file + ": no certificate (expected: a PEM file with certificates)");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage() + " (expected: a PEM file with certificates)", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
