package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS from client to router, and mutual TLS from router to gateway, configured as an operator would. */
@Tag("system")
@Timeout(60)
final class TlsTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    @TempDir
    Path folder;

    private X509Bundle authority;

    @BeforeEach
    void begin() throws Exception {
        authority = authority();
        write("ca", authority.getCertificatePEM(), "");
        for (String name : new String[] {"api.test", "gateway.test", "router"}) {
            X509Bundle bundle = issue(name, authority);
            write(name, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
        }
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=CA")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private static X509Bundle issue(String name, X509Bundle by) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .addSanDnsName(name)
                .addSanDnsName("localhost")
                .addExtendedKeyUsageServerAuth()
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(by);
    }

    private void write(String name, String chain, String key) throws IOException {
        Files.writeString(folder.resolve(name + ".crt"), chain, StandardCharsets.US_ASCII);
        Files.writeString(folder.resolve(name + ".key"), key, StandardCharsets.US_ASCII);
    }

    private Path config(int backend, int gateway) throws IOException {
        String text = """
                service:
                  name: contoso
                  tier: Premium
                  hop-secret: a-secret-of-the-test
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:%d]
                apis:
                  - name: all
                    path: /
                    backends: [http://127.0.0.1:%d]
                router:
                  tls:
                    certificates:
                      - chain: api.test.crt
                        key: api.test.key
                  upstream-tls:
                    ca: ca.crt
                    certificate:
                      chain: router.crt
                      key: router.key
                    server-name: gateway.test
                gateway:
                  tls:
                    certificates:
                      - chain: gateway.test.crt
                        key: gateway.test.key
                    client-auth: required
                    client-ca: ca.crt
                """.formatted(gateway, backend);
        return Files.writeString(folder.resolve("world.yaml"), text, StandardCharsets.UTF_8);
    }

    private HttpClient client(@Nullable X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                own == null ? null : own.toKeyManagerFactory().getKeyManagers(),
                new TrustManager[] {authority.toTrustManager()},
                null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient client, int port) throws Exception {
        URI uri = URI.create("https://localhost:" + port + "/hello");
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("X-Req-Id", "1").build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    @Test
    void servesOverBothHopsAndLetsOnlyTheRouterIntoTheGateway() throws Exception {
        try (LedgerBackend backend = LedgerBackend.start("b")) {
            Gateway gateway = Gateway.start(
                    DeploymentReader.readFile(config(backend.port(), 1)),
                    new GatewayOptions("westeurope", FREE, null, "gateway", channel -> {}));
            Router router = Router.start(
                    DeploymentReader.readFile(config(backend.port(), gateway.port())),
                    new RouterOptions(FREE, FREE, "router", channel -> {}));
            try {
                HttpResponse<String> answer = get(client(null), router.port());

                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Isochrone-Region")).hasValue("westeurope");
                isRefused(null, gateway.port());
                isRefused(issue("router", authority()), gateway.port());
                assertThat(get(client(issue("router", authority)), gateway.port())
                                .statusCode())
                        .isEqualTo(200);

                awaitProbes(gateway);
                assertThat(get(client(null), router.port()).statusCode()).isEqualTo(200);
                assertThat(router.metrics().scrape())
                        .contains("isochrone_tls_handshakes_total{result=\"completed\"} 2.0")
                        .contains(
                                "isochrone_tls_certificate_not_after_seconds{file=\"" + folder.resolve("api.test.crt"));
            } finally {
                router.kill();
                gateway.kill();
            }
        }
    }

    /** P40: router and gateway believe both authorities for a while, and then the new one only. */
    @Test
    void losesNoRequestWhileTheAuthorityBetweenTheTwoIsReplaced() throws Exception {
        X509Bundle old = authority;
        X509Bundle next = authority();
        try (LedgerBackend backend = LedgerBackend.start("b")) {
            Gateway gateway = Gateway.start(
                    DeploymentReader.readFile(config(backend.port(), 1)),
                    new GatewayOptions("westeurope", FREE, null, "gateway", channel -> {}));
            Router router = Router.start(
                    DeploymentReader.readFile(config(backend.port(), gateway.port())),
                    new RouterOptions(FREE, FREE, "router", channel -> {}));
            HttpClient client = client(null);
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> served = CompletableFuture.supplyAsync(() -> ask(client, router.port(), over));
            try {
                change(
                        router,
                        gateway,
                        () -> write("ca", old.getCertificatePEM() + "\n" + next.getCertificatePEM(), ""));
                change(router, gateway, () -> {
                    for (String name : new String[] {"gateway.test", "router"}) {
                        X509Bundle bundle = issue(name, next);
                        write(name, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
                    }
                });
                change(router, gateway, () -> write("ca", next.getCertificatePEM(), ""));
                assertThat(get(client, router.port()).statusCode()).isEqualTo(200);
                over.set(true);
                assertThat(served.get(10, TimeUnit.SECONDS)).isPositive();

                authority = next;
                isRefused(issue("router", old), gateway.port());
                assertThat(get(client(issue("router", next)), gateway.port()).statusCode())
                        .isEqualTo(200);
            } finally {
                over.set(true);
                router.kill();
                gateway.kill();
            }
        }
    }

    private interface Change {
        void make() throws Exception;
    }

    /** Changes files and looks at them, as the processes do each second, until both have taken them. */
    private static void change(Router router, Gateway gateway, Change change) throws Exception {
        double ofRouter = loads(router.metrics().scrape());
        double ofGateway = loads(gateway.metrics().scrape());
        change.make();
        while (loads(router.metrics().scrape()) == ofRouter
                || loads(gateway.metrics().scrape()) == ofGateway) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            router.lookAtCertificates();
            gateway.lookAtCertificates();
        }
    }

    private static double loads(String page) {
        return page.lines()
                .filter(line -> line.startsWith("isochrone_tls_loads_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Asks on and on; returns how often it was answered, each time with 200. */
    private static int ask(HttpClient client, int port, AtomicBoolean over) {
        int answers = 0;
        try {
            while (!over.get()) {
                assertThat(get(client, port).statusCode()).isEqualTo(200);
                answers++;
            }
        } catch (Exception e) {
            throw new AssertionError("after " + answers + " answers", e);
        }
        return answers;
    }

    /** In TLS 1.3 a client hears of it after its handshake; over HTTP/2 Java's own does not always tell, so HTTP/1.1 is spoken. */
    private void isRefused(@Nullable X509Bundle own, int port) throws Exception {
        HttpClient client = client(own);
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/hello"))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10))
                .build();

        assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
    }

    /** Waits until more handshakes were completed than requests make, which is a probe's. */
    private static void awaitProbes(Gateway gateway) {
        String completed = "isochrone_tls_handshakes_total{result=\"completed\"} ";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            String text = gateway.metrics().scrape();
            int at = text.indexOf(completed) + completed.length();
            if (Double.parseDouble(text.substring(at, text.indexOf('\n', at))) > 4) {
                return;
            }
        }
        throw new AssertionError("no probe was completed");
    }
}
