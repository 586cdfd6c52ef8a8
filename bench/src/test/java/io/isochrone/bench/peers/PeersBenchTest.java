package io.isochrone.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.bench.report.PeersReport;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without any program but Java's own, so that it runs everywhere that there is a /proc. */
@Tag("system")
@Timeout(120)
final class PeersBenchTest {
    private static final Tools NONE = new Tools(Map.of());

    private final List<Long> before = children();

    private static List<Long> children() {
        return ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
    }

    @Test
    void measuresOurRouterAndLeavesNoProcessBehind() throws Exception {
        PeersPlan plan = new PeersPlan(List.of(Scenario.A, Scenario.D2), List.of(Peer.OURS), 1, 1, 1);

        PeersResult result = new PeersBench(plan, NONE, step -> {}).run();

        ScenarioResult a = result.scenarios().get(0);
        List<Run> runs = a.runs().get("ours");
        assertThat(runs).isNotEmpty();
        assertThat(runs.get(0).details().get("requests")).isEqualTo(2000);
        assertThat(runs.get(0).details().get("failed")).isZero();
        assertThat(runs.get(0).values().get("a")).isPositive();
        assertThat(a.notes()).hasSize(1);
        assertThat(a.notes().get(0)).contains("our own client");
        assertThat(result.scenarios().get(1).skipped()).contains("apt-get install nghttp2-client");
        assertThat(new PeersReport(result, "isochrone bench peers").lines()).isNotEmpty();
        assertThat(children()).isEqualTo(before);
    }

    @Test
    void reportsWhatOurRouterSaysWhenItRefusesToStart() throws Exception {
        Children children = new Children();
        try (Rig rig = Rig.open(NONE, children);
                Targets targets = new Targets(rig)) {
            targets.add("ours", () -> {
                Path folder = rig.files.folder("refused");
                Files.writeString(folder.resolve("router.yaml"), "service: 5\n");
                List<String> command = new ArrayList<>(OurCommand.prefix());
                command.addAll(List.of(
                        "router", "--config", folder.resolve("router.yaml").toString()));
                return rig.awaitServing(
                        new Target(
                                "ours",
                                List.of(rig.children.start(command, folder)),
                                new SideConfigs.Ports(1, 1, 1),
                                1),
                        false);
            });

            assertThat(targets.running()).isEmpty();
            assertThat(targets.missing().get("ours")).startsWith("unsupported: router.yaml:1:");
        }
        assertThat(children()).isEqualTo(before);
    }

    @Test
    void startsOurRouterWithItsCertificate() throws Exception {
        Children children = new Children();
        try (Rig rig = Rig.open(NONE, children);
                Targets targets = new Targets(rig)) {
            targets.add("tls", () -> rig.start(Peer.OURS, Rig.Variant.TLS));

            assertThat(targets.missing()).isEmpty();
        }
        assertThat(children()).isEqualTo(before);
    }

    @Test
    void makesACertificateForLoopback() throws Exception {
        Children children = new Children();
        try (WorkFolder files = WorkFolder.create()) {
            SideConfigs.Pem pem = Certificate.make(children, files);

            try (InputStream in = Files.newInputStream(Path.of(pem.chain()))) {
                X509Certificate certificate = (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(in);
                certificate.verify(certificate.getPublicKey());
                assertThat(certificate.getSubjectAlternativeNames()).hasSize(2);
            }
            assertThat(Files.readString(Path.of(pem.both())))
                    .isEqualTo(Files.readString(Path.of(pem.chain())) + Files.readString(Path.of(pem.key())))
                    .contains("-----BEGIN PRIVATE KEY-----\n");
        }
    }

    @Test
    void startsNothingOnceItIsStopped() throws Exception {
        List<String> told = new ArrayList<>();
        PeersBench[] bench = new PeersBench[1];
        bench[0] =
                new PeersBench(new PeersPlan(List.of(Scenario.A), List.of(Peer.OURS), 1000, 600, 600), NONE, step -> {
                    told.add(step);
                    bench[0].stop();
                });

        assertThatThrownBy(() -> bench[0].run()).isInstanceOf(StoppedException.class);
        assertThat(told).containsExactly("a: ours, warm-up");
        assertThat(children()).isEqualTo(before);
    }
}
