package io.isochrone.config.source;

import static io.isochrone.config.source.ScriptedControl.await;
import static io.isochrone.config.source.ScriptedControl.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSourceTest implements Node {
    private static final Snapshot ONE = snapshot(1, "echo", "westeurope", "eastus", "japaneast", "brazilsouth");
    private static final Snapshot TWO = snapshot(2, "echo more", "westeurope", "eastus", "japaneast", "brazilsouth");
    private static final Snapshot THREE = snapshot(3, "more", "westeurope", "eastus", "japaneast", "brazilsouth");

    @TempDir
    Path folder;

    private final List<Deployment> taken = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ScriptedControl control;
    private volatile Consumer<Deployment> judge = deployment -> {};
    private volatile String state = "serving";

    @BeforeEach
    void begin() throws Exception {
        Files.writeString(folder.resolve("token"), "secret-token\n");
        control = ScriptedControl.start(folder.resolve("ca.pem"));
        open.add(control);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Override
    public NodeIdentity identity() {
        return new NodeIdentity("n1", "gateway", "westeurope", "10.0.0.4:8101", "1");
    }

    @Override
    public String state() {
        return state;
    }

    @Override
    public NodeReport report() {
        return NodeReport.NOTHING;
    }

    private ControlSource source(URI... urls) {
        ControlSource source = new ControlSource(
                new ControlSettings(List.of(urls), folder.resolve("token"), folder.resolve("ca.pem")),
                new ControlLink.Times(1, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(1)),
                folder.resolve("state"),
                this,
                deployment -> {
                    judge.accept(deployment);
                    taken.add(deployment);
                });
        open.add(0, source);
        return source;
    }

    private ControlSource started() {
        ControlSource source = source(control.url());
        source.start();
        return source;
    }

    private static void runs(ControlSource source, Snapshot snapshot) {
        await(
                "runs " + snapshot.id() + ", refused: " + source.refused(),
                () -> snapshot.id().equals(source.snapshot()));
    }

    private static void refuses(ControlSource source, String part) {
        await("refuses: " + part, () -> source.refused() != null);
        assertThat(source.refused()).contains(part);
    }

    private List<String> apis() {
        return taken.get(taken.size() - 1).apis().stream()
                .map(api -> api.name())
                .toList();
    }

    @Test
    void takesAWholeSnapshotAndThenAChangeAndSaysSo() throws Exception {
        control.offer(ONE);
        control.change(ONE, TWO);
        control.change(TWO, THREE);

        ControlSource source = started();

        runs(source, THREE);
        assertThat(apis()).containsExactly("more");
        assertThat(source.loads()).isEqualTo(3);
        assertThat(source.ageSeconds()).isLessThan(10);
        assertThat(control.polls.poll(5, TimeUnit.SECONDS))
                .isEqualTo(
                        "{\"node\":\"n1\",\"kind\":\"gateway\",\"region\":\"westeurope\",\"address\":\"10.0.0.4:8101\","
                                + "\"software\":\"1\",\"state\":\"serving\"}");
        assertThat(control.polls.poll(5, TimeUnit.SECONDS))
                .contains("\"have\":{\"epoch\":1,\"version\":1,\"checksum\":\"" + ONE.checksum() + "\"}");
        await("reported", () -> control.reports.stream().anyMatch(report -> report.contains("\"version\":3")));
    }

    @Test
    void asksForTheWholeWhenAChangeDoesNotAddUp() {
        control.offer(ONE);
        control.change(TWO, THREE);
        control.offer(THREE);

        ControlSource source = started();

        runs(source, THREE);
        assertThat(control.polls.stream().filter(poll -> !poll.contains("have")).count())
                .isGreaterThanOrEqualTo(2);
        assertThat(source.refusals()).isZero();
    }

    /** P15: an older replica must not win over a newer one. */
    @Test
    void refusesWhatIsOlderThanWhatItRuns() {
        control.offer(TWO);
        control.offer(ONE);
        control.offer(TWO);
        control.offer(THREE);

        ControlSource source = started();

        runs(source, THREE);
        assertThat(taken).hasSize(2);
        assertThat(source.refusals()).isEqualTo(1);
        assertThat(source.refused()).isNull();
    }

    @Test
    void refusesOtherContentsUnderTheNumberThatItRuns() {
        control.offer(ONE);
        control.offer(snapshot(1, "other", "westeurope"));

        ControlSource source = started();

        refuses(source, "snapshot: 1.1 with other contents");
        assertThat(taken).hasSize(1);
    }

    @Test
    void aHigherEpochFollowsAHigherVersion() {
        control.offer(THREE);
        control.offer(new Snapshot(new SnapshotId(2, 1), TWO.items()));

        ControlSource source = started();

        await("new epoch", () -> new SnapshotId(2, 1).equals(source.snapshot()));
    }

    @Test
    void refusesWhatTheReaderRefusesAndNamesTheItem() {
        control.offer(ONE);
        Snapshot bad = snapshot(2, "echo x/y", "westeurope", "eastus", "japaneast", "brazilsouth");
        control.offer(bad);

        ControlSource source = started();

        refuses(source, "apis/x/y: snapshot 1.2:");
        assertThat(taken).hasSize(1);
        await(
                "reported",
                () -> control.reports.stream()
                        .anyMatch(report ->
                                report.contains("\"refused\":{\"epoch\":1,\"version\":2,\"reason\":\"apis/x/y: ")
                                        && report.contains("\"have\":{\"epoch\":1,\"version\":1")));
        control.offer(THREE);
        runs(source, THREE);
        assertThat(source.refused()).isNull();
    }

    @Test
    void keepsTheOldOneWhateverTheTakerThrows() {
        control.offer(ONE);
        ControlSource source = started();
        runs(source, ONE);

        judge = deployment -> {
            throw new StackOverflowError("bug");
        };
        control.offer(TWO);

        refuses(source, "could not be taken: java.lang.StackOverflowError: bug");
        judge = deployment -> {
            throw new IllegalArgumentException("tls: on (expected: off)");
        };
        control.offer(THREE);
        await("second refusal", () -> source.refusals() == 2);
        assertThat(source.refused()).isEqualTo("tls: on (expected: off)");
        assertThat(source.snapshot()).isEqualTo(ONE.id());
    }

    /** P15: an update that takes most regions away is more likely a mistake than meant. */
    @Test
    void refusesToLoseMoreThanHalfOfTheLocationsUnlessForced() {
        control.offer(ONE);
        control.offer(snapshot(2, "echo", "westeurope"));
        ControlSource source = started();

        refuses(source, "service: 3 of 4 locations removed, eastus, japaneast, brazilsouth (expected: ");

        control.offer(snapshot(3, "echo", "westeurope", "eastus"));
        runs(source, THREE);
        control.offer(snapshot(4, "echo", "japaneast"));
        await("again", () -> source.refusals() == 2);
        control.force(snapshot(5, "echo", "japaneast"));
        await("forced", () -> new SnapshotId(1, 5).equals(source.snapshot()));
    }

    @Test
    void goesOnAfterGarbageHalfAnswersWrongChecksumsAndErrors() {
        control.offer(ONE);
        control.next(200, "<html>");
        control.next(200, "{\"epoch\":1,\"version\":2,\"checksum\":\"00\",\"items\":{}}");
        control.next(200, "{\"epoch\":1,\"version\":2}");
        control.next(500, "no");
        control.next(302, "");
        control.script.add(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"epoch\":1".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            exchange.close();
        });
        control.offer(TWO);

        ControlSource source = started();

        runs(source, TWO);
        assertThat(source.offences()).isGreaterThanOrEqualTo(5);
        assertThat(source.refusals()).isZero();
    }

    @Test
    void aHangingAndATricklingControlPlaneDoNotHoldItUp() {
        control.offer(ONE);
        control.hang();
        control.script.add(exchange -> {
            exchange.sendResponseHeaders(200, 1_000_000);
            OutputStream out = exchange.getResponseBody();
            out.write('{');
            out.flush();
            control.awaitClose();
        });
        control.offer(TWO);

        ControlSource source = started();

        runs(source, TWO);
    }

    @Test
    void givesUpOnAnAnswerThatIsTooLarge() {
        control.script.add(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[1 << 20];
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i <= ControlClient.MAX_ANSWER_BYTES >> 20; i++) {
                    out.write(piece);
                }
            }
        });
        control.offer(ONE);

        ControlSource source = started();

        runs(source, ONE);
    }

    @Test
    void aRefusedTokenIsNoReasonToStopAndANewOneIsUsedAtOnce() throws IOException {
        control.offer(ONE);
        ControlSource source = started();
        runs(source, ONE);

        control.token = "rotated";
        await("refused", () -> !source.isConnected());
        assertThat(source.snapshot()).isEqualTo(ONE.id());

        Files.writeString(folder.resolve("token"), "rotated");
        control.offer(TWO);
        runs(source, TWO);
        Files.delete(folder.resolve("token"));
        control.offer(THREE);
        runs(source, THREE);
        assertThat(source.isConnected()).isTrue();
    }

    @Test
    void goesToTheNextReplicaWhenOneIsGone() throws Exception {
        int refusing;
        try (ServerSocket free = new ServerSocket(0)) {
            refusing = free.getLocalPort();
        }
        control.offer(ONE);

        ControlSource source = source(URI.create("https://localhost:" + refusing), control.url());
        source.start();

        runs(source, ONE);
        await("reports there too", () -> !control.reports.isEmpty());
    }

    @Test
    void doesNotSpeakToAnotherNameOrAnotherAuthority() throws Exception {
        try (ScriptedControl other = ScriptedControl.start(folder.resolve("other.pem"))) {
            other.offer(ONE);
            ControlSource source = source(other.url());
            source.start();
            await("tried", () -> !source.isConnected() && source.offences() == 0);
            assertThat(other.polls).isEmpty();

            Files.copy(
                    folder.resolve("other.pem"),
                    folder.resolve("ca.pem"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            runs(source, ONE);
        }
    }

    @Test
    void waitsWhileTheRegionIsNotThereYet() {
        control.script.add(exchange -> {
            exchange.getResponseHeaders().set("Isochrone-Waiting", "westeurope is not a location of contoso");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        ControlSource source = source(control.url());
        assertThat(source.ageSeconds()).isInfinite();
        source.start();
        await("waits", () -> source.waiting().equals("westeurope is not a location of contoso"));

        control.offer(ONE);
        runs(source, ONE);
        assertThat(source.waiting()).isEmpty();
    }

    @Test
    void reportsAtOnceWhenTheStateChanges() {
        control.seconds = "60";
        control.offer(ONE);
        ControlSource source = started();
        runs(source, ONE);
        await("first report", () -> control.reports.stream().anyMatch(report -> report.contains("have")));

        state = "draining";

        await("draining", () -> control.reports.stream().anyMatch(report -> report.contains("\"draining\"")));
    }

    /** P14: the control plane is away, and the node is killed and comes back. */
    @Test
    void startsFromTheDiskWithoutControlPlane() {
        control.offer(ONE);
        control.offer(TWO);
        ControlSource before = started();
        runs(before, TWO);
        before.close();
        control.close();

        ControlSource after = source(control.url());

        assertThat(after.startFromDisk()).isTrue();
        assertThat(after.snapshot()).isEqualTo(TWO.id());
        assertThat(apis()).containsExactly("echo", "more");
        after.start();
        await("tried", () -> !after.isConnected());
        assertThat(after.snapshot()).isEqualTo(TWO.id());
        assertThat(after.ageSeconds()).isLessThan(100);
    }

    @Test
    void goesOnFromTheDiskByAChange() throws Exception {
        control.offer(ONE);
        ControlSource before = started();
        runs(before, ONE);
        before.close();
        begin(); // a poll of the one before that is still under way would take the change
        ControlSource after = source(control.url());
        after.startFromDisk();
        control.change(ONE, TWO);

        after.start();

        runs(after, TWO);
    }

    @Test
    void whatIsOnTheDiskWasRefusedByNobody() throws IOException {
        control.offer(ONE);
        ControlSource before = started();
        runs(before, ONE);
        judge = deployment -> {
            throw new IllegalArgumentException("no");
        };
        control.offer(TWO);
        refuses(before, "no");
        before.close();
        judge = deployment -> {};

        ControlSource after = source(control.url());

        assertThat(after.startFromDisk()).isTrue();
        assertThat(after.snapshot()).isEqualTo(ONE.id());
    }

    @Test
    void servesOnWhenTheDiskTakesNothing() throws IOException {
        Path state = folder.resolve("state");
        Files.writeString(state, "a file where a folder should be");
        control.offer(ONE);
        ControlSource source = started();

        runs(source, ONE);
        assertThat(source.isKept()).isFalse();

        Files.delete(state);
        await("kept when there is room again", source::isKept);
        assertThat(source(control.url()).startFromDisk()).isTrue();
    }
}
