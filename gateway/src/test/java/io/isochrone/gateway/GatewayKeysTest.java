package io.isochrone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayKeysTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String MISSING =
            "{\"statusCode\":401,\"message\":\"Access denied due to missing subscription key."
                    + " Make sure to include subscription key when making requests to an API.\"}";
    private static final String INVALID =
            "{\"statusCode\":401,\"message\":\"Access denied due to invalid subscription key."
                    + " Make sure to provide a valid key for an active subscription.\"}";

    private final List<String> keysAtBackend = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer backend;
    private Gateway gateway;

    @BeforeEach
    void begin() throws Exception {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            keysAtBackend.add(String.valueOf(exchange.getRequestHeaders().getFirst("Ocp-Apim-Subscription-Key")));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        backend.start();
        gateway = Gateway.start(
                of("active", ABC),
                new GatewayOptions("westeurope", new HostPort("127.0.0.1", 0), null, "g", channel -> {}));
    }

    @AfterEach
    void end() {
        gateway.kill();
        backend.stop(0);
    }

    private Deployment of(String state, String hash) {
        String at = "http://127.0.0.1:" + backend.getAddress().getPort();
        return DeploymentReader.readSnapshot("test", """
                service: {name: contoso, tier: Developer, primary: {location: westeurope}}
                apis:
                - {name: echo, path: /echo, backends: ["%s"], subscription-required: true}
                - {name: other, path: /other, backends: ["%s"], subscription-required: true}
                - {name: open, path: /open, backends: ["%s"]}
                subscriptions:
                - {name: one, apis: [echo], state: %s, key-hashes: ["%s"]}
                """.formatted(at, at, at, state, hash));
    }

    private HttpResponse<String> get(String target, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + target));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> withKey(String target, String key) throws Exception {
        return get(target, "ocp-apim-subscription-key", key);
    }

    @Test
    void refusesARequestWithoutAKeyAsAzureDoes() throws Exception {
        HttpResponse<String> answer = get("/echo");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(MISSING);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValue("AzureApiManagementKey realm=\"http://127.0.0.1:" + gateway.port()
                        + "/echo\",name=\"Ocp-Apim-Subscription-Key\",type=\"header\"");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(get("/echo?subscription-key=").body()).isEqualTo(MISSING);
        assertThat(keysAtBackend).isEmpty();
    }

    @Test
    void letsAKeyInByHeaderOrQueryAndForwardsIt() throws Exception {
        assertThat(withKey("/echo/a", "abc").statusCode()).isEqualTo(200);
        assertThat(get("/echo?x=1&subscription-key=abc").statusCode()).isEqualTo(200);
        assertThat(keysAtBackend).containsExactly("abc", "null");
    }

    @Test
    void theHeaderCountsBeforeTheQuery() throws Exception {
        assertThat(withKey("/echo?subscription-key=abc", "wrong").body()).isEqualTo(INVALID);
    }

    @Test
    void refusesWrongKeysAndKeysOfOtherApis() throws Exception {
        assertThat(withKey("/echo", "abd").body()).isEqualTo(INVALID);
        assertThat(withKey("/other", "abc").body()).isEqualTo(INVALID);
        assertThat(withKey("/echo", ABC).body()).isEqualTo(INVALID);
        assertThat(gateway.metrics().scrape())
                .contains("isochrone_subscription_keys_total{result=\"unknown\"} 2.0")
                .contains("isochrone_subscription_keys_total{result=\"other_api\"} 1.0")
                .contains("outcome=\"unauthorized\"");
    }

    @Test
    void anApiThatAsksForNoneTakesAnyKey() throws Exception {
        assertThat(withKey("/open", "whatever").statusCode()).isEqualTo(200);
    }

    /** P26: there is no cache that a revoked key could live on in. */
    @Test
    void aRevokedKeyIsRefusedByTheVeryNextRequestAndANewOneTaken() throws Exception {
        for (int i = 0; i < 20; i++) {
            gateway.reload(of("active", ABC));
            assertThat(withKey("/echo", "abc").statusCode()).isEqualTo(200);

            gateway.reload(of(i % 2 == 0 ? "suspended" : "active", i % 2 == 0 ? ABC : ABC.replace("ba78", "ba79")));

            assertThat(withKey("/echo", "abc").body()).isEqualTo(INVALID);
        }
    }
}
