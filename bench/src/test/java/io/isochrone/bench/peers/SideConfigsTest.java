package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.peers.LoadShape.Protocol;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.read.DeploymentReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SideConfigsTest {
    private static final SideConfigs.Ports PORTS = new SideConfigs.Ports(2001, 2002, 2003);
    private static final SideConfigs.Pem PEM = new SideConfigs.Pem("/p/chain.pem", "/p/key.pem", "/p/both.pem");

    @Test
    void makesOurRouterSendToTheOrigin(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("router.yaml");
        Files.writeString(
                file,
                SideConfigs.ours(2001, 2004, 2000, SideConfigs.NO_API, SideConfigs.accessLog(folder + "/access.log")));

        Deployment deployment = DeploymentReader.readFile(file);

        assertThat(deployment.router().listen()).hasToString("127.0.0.1:2001");
        assertThat(deployment.router().admin()).hasToString("127.0.0.1:2004");
        assertThat(deployment.router().eventLoops()).isEqualTo(1);
        assertThat(deployment.router().accessLog().target()).isEqualTo(folder + "/access.log");
        assertThat(deployment.service().primary().nodes()).hasToString("[127.0.0.1:2000]");
        assertThat(deployment.apis()).isEmpty();
    }

    @Test
    void makesOurGatewaySendToTheOrigin(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, SideConfigs.ours(1, 2, 2005, SideConfigs.api(2000), ""));

        Deployment deployment = DeploymentReader.readFile(file);

        assertThat(deployment.gateway().eventLoops()).isEqualTo(1);
        assertThat(deployment.apis()).hasSize(1);
        assertThat(deployment.apis().get(0).backends().get(0).address()).hasToString("127.0.0.1:2000");
    }

    @Test
    void givesOurListenerACertificate() {
        assertThat(SideConfigs.ours(2001, 2004, 2000, SideConfigs.NO_API, SideConfigs.tls(PEM)))
                .contains("\n  tls: {certificates: [{chain: /p/chain.pem, key: /p/key.pem}]}\ngateway:");
    }

    @Test
    void givesEachPeerOneWorkerAndThreeListeners() {
        assertThat(SideConfigs.haproxy(PORTS, 2000, PEM))
                .contains(
                        "nbthread 1",
                        "bind 127.0.0.1:2001 backlog",
                        "bind 127.0.0.1:2002 ssl crt /p/both.pem alpn h2,http/1.1",
                        "bind 127.0.0.1:2003 proto h2",
                        "server origin 127.0.0.1:2000 ");
        assertThat(SideConfigs.nginx(PORTS, 2000, PEM))
                .contains(
                        "worker_processes 1;",
                        "listen 127.0.0.1:2001 backlog",
                        "listen 127.0.0.1:2002 ssl http2",
                        "listen 127.0.0.1:2003 http2",
                        "server 127.0.0.1:2000;",
                        "ssl_certificate_key /p/key.pem;");
    }

    @Test
    void servesBodiesOfFixedLengths() {
        assertThat(FixedBodies.SMALL).hasSize(200).startsWith("{").endsWith("\"}");
        assertThat(FixedBodies.POST).hasSize(1024);
        assertThat(SideConfigs.origin(2000, "/p/64k.bin"))
                .contains("listen 127.0.0.1:2000 ", FixedBodies.SMALL, "location = /64k { alias /p/64k.bin;");
    }

    @Test
    void loadsWithWrkBeforeH2loadExceptForHttp2() throws Exception {
        Tools both = new Tools(Map.of("wrk", Path.of("/b/wrk"), "h2load", Path.of("/b/h2load")));
        Tools h2load = new Tools(Map.of("h2load", Path.of("/b/h2load")));
        LoadShape post = new LoadShape(Protocol.H1, "/post", 1024);
        LoadShape tls = new LoadShape(Protocol.H1_TLS, "/json", 0);
        LoadShape h2c = new LoadShape(Protocol.H2C, "/json", 0);

        try (WorkFolder files = WorkFolder.create()) {
            assertThat(command(both, post, files))
                    .containsExactly(
                            "/b/wrk",
                            "-t1",
                            "-c64",
                            "-d5s",
                            "--timeout",
                            "5s",
                            "-s",
                            files.path("post.lua"),
                            "http://127.0.0.1:2001/post");
            assertThat(command(h2load, post, files))
                    .containsExactly(
                            "/b/h2load",
                            "-t1",
                            "-c64",
                            "-D5",
                            "-m1",
                            "--h1",
                            "-d",
                            files.path("post.bin"),
                            "http://127.0.0.1:2001/post");
            assertThat(command(both, tls, files)).contains("/b/wrk", "https://127.0.0.1:2001/json");
            assertThat(command(both, h2c, files))
                    .containsExactly("/b/h2load", "-t1", "-c8", "-D5", "-m32", "http://127.0.0.1:2001/json");
            assertThat(LoadTool.choose(new Tools(Map.of("wrk", Path.of("/b/wrk"))), h2c))
                    .isNull();
        }
    }

    private static List<String> command(Tools tools, LoadShape shape, WorkFolder files) {
        return LoadTool.choose(tools, shape).command(shape, 2001, 5, files);
    }

    @Test
    void tellsWhatToInstall() {
        Tools none = new Tools(Map.of());

        assertThat(none.missingFor(Peer.OURS)).isNull();
        assertThat(none.missingFor(Peer.HAPROXY))
                .isEqualTo("haproxy: not found (expected: on PATH; on Debian, apt-get install haproxy)");
        assertThat(Tools.missing("h2load")).contains("apt-get install nghttp2-client");
    }
}
