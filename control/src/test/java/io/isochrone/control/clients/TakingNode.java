package io.isochrone.control.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.TlsClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * A gateway as the control plane knows it: asks for its configuration with a node's token, and says that it runs what it got.
 *
 * <p>Thread-safe: one thread asks until it is closed.
 */
final class TakingNode implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final TlsClient client;
    private final String url;
    private final String token;
    private final ObjectNode word;
    private final Thread thread;
    private volatile boolean closed;

    private TakingNode(TlsClient client, String url, String token, ObjectNode word) {
        this.client = client;
        this.url = url;
        this.token = token;
        this.word = word;
        thread = new Thread(this::ask, "node " + word.path("node").asText());
        thread.setDaemon(true);
    }

    static TakingNode start(RunningControl control, String service, String region) throws IOException {
        TlsClient client;
        try (InputStream in = Files.newInputStream(control.authority())) {
            client = new TlsClient(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        ObjectNode wanted =
                JSON.createObjectNode().put("name", region + " nodes").put("role", "node");
        String operator = Files.readString(control.token()).strip();
        HttpResponse<String> made = send(
                client,
                control.url() + "/control/v1/tokens",
                wanted.put("service", service).put("region", region).toString(),
                operator);
        ObjectNode word = JSON.createObjectNode()
                .put("node", region + "-1")
                .put("kind", "gateway")
                .put("region", region)
                .put("address", "127.0.0.1:8101")
                .put("software", "0.1.0")
                .put("state", "serving");
        TakingNode node = new TakingNode(
                client, control.url(), JSON.readTree(made.body()).path("token").asText(), word);
        node.thread.start();
        return node;
    }

    private void ask() {
        try {
            while (!closed) {
                HttpResponse<String> answer = send(client, url + "/nodes/v1/poll?wait=2", word.toString(), token);
                if (answer.statusCode() == 200) {
                    JsonNode snapshot = JSON.readTree(answer.body());
                    word.putObject("have")
                            .put("epoch", snapshot.path("epoch").asLong())
                            .put("version", snapshot.path("version").asLong())
                            .put("checksum", snapshot.path("checksum").asText());
                }
            }
        } catch (IOException e) {
            // the control plane has been stopped, or is about to be
        }
    }

    private static HttpResponse<String> send(TlsClient client, String url, String body, String token)
            throws IOException {
        try {
            return client.send("POST", url, body, "Authorization", "Bearer " + token);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
