package io.isochrone.bench.world;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls of the management API, as any other client makes them. Thread-safe. */
final class PlaneCalls {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient client;
    private final URI base;
    private final String token;

    /** To the control plane at {@code base}, whose certificates come from the authority in {@code ca}. */
    PlaneCalls(URI base, Path ca, Path token) throws IOException {
        this.base = base;
        this.token = Files.readString(token, StandardCharsets.US_ASCII).strip();
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            client = HttpClient.newBuilder()
                    .sslContext(context)
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(LIMIT)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + ": " + e.getMessage() + " (expected: a certificate in PEM)", e);
        }
    }

    /** Returns the answer's body. Throws IOException unless it has one of the statuses 200 to 299. */
    String call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    method + " " + path + ": " + answer.statusCode() + " " + answer.body() + " (expected: 2xx)");
        }
        return answer.body();
    }
}
