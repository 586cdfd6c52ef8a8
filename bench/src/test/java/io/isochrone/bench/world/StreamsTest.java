package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.proxy.codec.WebSocketKeys;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** P28, P29: WebSockets and event streams from a client through router and gateway to a backend. */
@Tag("system")
@Timeout(60)
final class StreamsTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);

    /** What one connection to the backend does after its request's head. */
    private interface Script {
        void serve(String head, InputStream in, OutputStream out) throws IOException;
    }

    @TempDir
    Path folder;

    private ServerSocket backend;
    private volatile Script script = (head, in, out) -> {};
    private Gateway gateway;
    private Router router;

    @BeforeEach
    void begin() throws Exception {
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "backend");
        acceptor.setDaemon(true);
        acceptor.start();
        gateway = Gateway.start(
                DeploymentReader.readFile(config(1)),
                new GatewayOptions("westeurope", FREE, null, "gateway", channel -> {}));
        router = Router.start(
                DeploymentReader.readFile(config(gateway.port())),
                new RouterOptions(FREE, FREE, "router", channel -> {}));
    }

    @AfterEach
    void end() throws Exception {
        router.kill();
        gateway.kill();
        backend.close();
    }

    private Path config(int node) throws IOException {
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
                """.formatted(node, backend.getLocalPort());
        return Files.writeString(folder.resolve("world.yaml"), text, StandardCharsets.UTF_8);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = backend.accept();
                Thread server = new Thread(() -> serve(socket), "backend-connection");
                server.setDaemon(true);
                server.start();
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            StringBuilder head = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            script.serve(head.toString(), in, socket.getOutputStream());
        } catch (IOException gone) {
            return;
        }
    }

    /** A WebSocket server that sends every frame back and ends with the close frame. */
    private static void echo(String head, InputStream in, OutputStream out) throws IOException {
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("sec-websocket-key: ") + 19;
        write(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                        + WebSocketKeys.accept(head.substring(at, head.indexOf('\r', at))) + "\r\n\r\n");
        int opcode = 0;
        while (opcode != 8) {
            int first = in.read();
            int length = in.read() & 0x7F;
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            opcode = first & 0xF;
            out.write(first);
            if (length < 126) {
                out.write(length);
            } else {
                out.write(new byte[] {126, (byte) (length >> 8), (byte) length});
            }
            out.write(payload);
            out.flush();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static final class Listener implements WebSocket.Listener {
        private final StringBuilder heard = new StringBuilder();
        private final CompletableFuture<String> closed = new CompletableFuture<>();
        private final Semaphore messages = new Semaphore(0);

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.append(data);
            if (last) {
                messages.release();
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code + reason);
            return WebSocket.Listener.super.onClose(socket, code, reason);
        }
    }

    @Test
    void carriesAWebSocketOfAnOrdinaryClientThroughBothHops() throws Exception {
        script = StreamsTest::echo;
        Listener listener = new Listener();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + router.port() + "/chat"), listener)
                .get(10, TimeUnit.SECONDS);

        socket.sendText("hello ", true).get(5, TimeUnit.SECONDS);
        socket.sendText("x".repeat(5000), true).get(5, TimeUnit.SECONDS);
        assertThat(listener.messages.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        assertThat(router.metrics().scrape()).contains("isochrone_tunnels 1.0");
        socket.sendClose(1000, "bye").get(5, TimeUnit.SECONDS);

        assertThat(listener.closed.get(10, TimeUnit.SECONDS)).isEqualTo("1000bye");
        assertThat(listener.heard.toString()).isEqualTo("hello " + "x".repeat(5000));
    }

    @Test
    void passesEachEventOnBeforeTheNextIsThere() throws Exception {
        Semaphore read = new Semaphore(0);
        script = (head, in, out) -> {
            write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                String event = "data: " + i + "\n\n";
                write(out, Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
                read.acquireUninterruptibly();
            }
            write(out, "0\r\n\r\n");
        };
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + "/events"))
                    .version(version)
                    .build();
            HttpResponse<InputStream> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 20; i++) {
                    assertThat(lines.readLine()).isEqualTo("data: " + i);
                    assertThat(lines.readLine()).isEmpty();
                    read.release();
                }
                assertThat(lines.readLine()).isNull();
            }
        }
    }
}
