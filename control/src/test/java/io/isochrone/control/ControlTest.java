package io.isochrone.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.isochrone.control.http.TlsClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole control plane over HTTPS, from the files that its first start makes. */
final class ControlTest {
    private static final String ID =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim1";
    private static final String VERSION = "?api-version=2024-05-01";
    private static final String BODY = "{\"location\":\"West Europe\",\"sku\":{\"name\":\"Premium\",\"capacity\":1},"
            + "\"properties\":{\"publisherEmail\":\"a@example.test\",\"publisherName\":\"Contoso\"}}";

    @TempDir
    private Path folder;

    private Control control;
    private TlsClient client;
    private String token;

    @BeforeEach
    void start() throws Exception {
        begin();
    }

    private void begin() throws Exception {
        control = Control.start(ControlOptions.local(folder.resolve("data")));
        try (InputStream in = Files.newInputStream(control.authorityFile())) {
            client = new TlsClient(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        token = Files.readString(control.tokenFile()).strip();
    }

    @AfterEach
    void stop() {
        control.close();
    }

    private HttpResponse<String> call(String method, String target, String body) throws Exception {
        String url = target.startsWith("https:") ? target : "https://localhost:" + control.port() + target;
        return client.send(method, url, body, "Authorization", "Bearer " + token);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new JsonMapper().readTree(answer.body());
    }

    /** Asks until the operation has ended, as a client does. */
    private JsonNode followed(HttpResponse<String> begun) throws Exception {
        String url = begun.headers().firstValue("Azure-AsyncOperation").orElseThrow();
        JsonNode status = json(call("GET", url, null));
        for (int i = 0; i < 2_000 && status.path("status").asText().equals("InProgress"); i++) {
            status = json(call("GET", url, null));
        }
        return status;
    }

    @Test
    void aServiceLivesFromItsCreationToItsEndAndOverARestart() throws Exception {
        HttpResponse<String> made = call("PUT", ID + VERSION, BODY);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("Azure-AsyncOperation").orElseThrow())
                .startsWith("https://localhost:" + control.port() + "/subscriptions/s/providers/");
        assertThat(followed(made).path("status").asText()).isEqualTo("Succeeded");
        String etag =
                call("GET", ID + VERSION, null).headers().firstValue("ETag").orElseThrow();

        control.close();
        begin();

        HttpResponse<String> again = call("GET", ID + VERSION, null);
        assertThat(again.headers().firstValue("ETag")).contains(etag);
        assertThat(json(again).path("properties").path("provisioningState").asText())
                .isEqualTo("Succeeded");
        HttpResponse<String> deleted = call("DELETE", ID + VERSION, null);
        assertThat(deleted.statusCode()).isEqualTo(202);
        String result = deleted.headers().firstValue("Location").orElseThrow();
        int status = 202;
        for (int i = 0; i < 2_000 && status == 202; i++) {
            status = call("GET", result, null).statusCode();
        }
        assertThat(status).isEqualTo(204);
        assertThat(call("GET", ID + VERSION, null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatStandsBelowAServiceIsKeptOverARestart() throws Exception {
        followed(call("PUT", ID + VERSION, BODY));
        String api = ID + "/apis/echo;rev=1" + VERSION;
        String body = "{\"properties\":{\"displayName\":\"Echo\",\"path\":\"echo\"}}";
        String subscription = ID + "/subscriptions/s1";

        assertThat(call("PUT", ID + "/apis/echo" + VERSION, body).statusCode()).isEqualTo(201);
        assertThat(call(
                                "PUT",
                                subscription + VERSION,
                                "{\"properties\":{\"displayName\":\"S\",\"scope\":\"/apis/echo\",\"primaryKey\":\"k1\"}}")
                        .statusCode())
                .isEqualTo(201);
        String etag = call("GET", api, null).headers().firstValue("ETag").orElseThrow();
        control.close();
        begin();

        HttpResponse<String> head = call("HEAD", api, null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("ETag")).contains(etag);
        assertThat(call("HEAD", ID + "/apis/none" + VERSION, null).statusCode()).isEqualTo(404);
        assertThat(json(call("POST", subscription + "/listSecrets" + VERSION, ""))
                        .path("primaryKey")
                        .asText())
                .isEqualTo("k1");
        assertThat(call("DELETE", ID + "/apis/echo" + VERSION, null).statusCode())
                .isEqualTo(428);
    }

    @Test
    void whatIsSecretIsForItsOwnerOnly() throws Exception {
        for (String file : new String[] {"operator.token", "ca.key", "server.key", "secrets.key", "control.db"}) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("data").resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void onlyThePageAndTheHealthAreOpen() throws Exception {
        String base = "https://localhost:" + control.port();

        assertThat(client.send("GET", base + "/health", null).statusCode()).isEqualTo(200);
        assertThat(client.send("GET", base + "/portal/", null).statusCode()).isEqualTo(200);
        assertThat(client.send("GET", base + "/", null).statusCode()).isEqualTo(308);
        assertThat(client.send("GET", base + "/x", null).statusCode()).isEqualTo(404);
        for (String path : new String[] {
            "/subscriptions" + VERSION, "/control/v1/tokens", "/portal/feed?service=a", "/control/v1/tokens/x"
        }) {
            assertThat(client.send("GET", base + path, null).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @Test
    void aTokenMadeByRestWorksUntilItIsTakenBack() throws Exception {
        HttpResponse<String> made = call("POST", "/control/v1/tokens", "{\"name\":\"r\",\"role\":\"reader\"}");
        String reader = json(made).path("token").asText();
        String url = "https://localhost:" + control.port() + "/subscriptions" + VERSION;
        assertThat(client.send("GET", url, null, "Authorization", "Bearer " + reader)
                        .statusCode())
                .isEqualTo(200);

        call("DELETE", "/control/v1/tokens/" + json(made).path("id").asText(), null);

        assertThat(client.send("GET", url, null, "Authorization", "Bearer " + reader)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theBrowsersCookieIsATokenInThePagesOwnRequests() throws Exception {
        String base = "https://localhost:" + control.port();
        HttpResponse<String> signedIn = client.send(
                "POST",
                base + "/portal/session",
                "",
                "Authorization",
                "Bearer " + token,
                "Sec-Fetch-Site",
                "same-origin",
                "Isochrone-Portal",
                "1");
        assertThat(signedIn.statusCode()).isEqualTo(200);
        String cookie =
                signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];

        assertThat(client.send(
                                "GET",
                                base + "/subscriptions" + VERSION,
                                null,
                                "Cookie",
                                cookie,
                                "Sec-Fetch-Site",
                                "same-origin")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send(
                                "GET",
                                base + "/subscriptions" + VERSION,
                                null,
                                "Cookie",
                                cookie,
                                "Sec-Fetch-Site",
                                "cross-site")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void guessesAtSignInAreSlowedDownToo() throws Exception {
        String base = "https://localhost:" + control.port();
        int status = 401;
        int tries = 0;
        while (status == 401 && tries++ < 100) {
            status = client.send(
                            "POST",
                            base + "/portal/session",
                            "",
                            "Authorization",
                            "Bearer guess",
                            "Sec-Fetch-Site",
                            "same-origin",
                            "Isochrone-Portal",
                            "1")
                    .statusCode();
        }

        assertThat(status).isEqualTo(429);
        assertThat(tries).isEqualTo(21);
    }

    @Test
    void aSecondControlPlaneOnTheSameFolderIsRefused() {
        assertThatThrownBy(() -> Control.start(ControlOptions.local(folder.resolve("data"))))
                .hasMessageContaining("in use by another control plane");
    }
}
