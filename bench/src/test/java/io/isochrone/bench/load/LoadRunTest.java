package io.isochrone.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.fault.FaultProxy;
import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoadRunTest {
    private static Transport transport;
    private LedgerBackend backend;
    private FaultProxy proxy;
    private final LoadTally tally = new LoadTally();

    @BeforeAll
    static void open() {
        transport = Transport.start("load-test", 1);
    }

    @AfterAll
    static void close() {
        transport.close();
    }

    @BeforeEach
    void start() throws IOException {
        backend = LedgerBackend.start("b");
        proxy = FaultProxy.to(backend.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        backend.close();
    }

    @Test
    void sendsEveryRequestThatWasDue() throws Exception {
        run(plan(backend.port(), "/who?x", 500, 200, 10_000));

        assertThat(tally.total()).isEqualTo(100);
        assertThat(tally.failed()).isZero();
        assertThat(tally.latency().getTotalCount()).isEqualTo(100);
        assertThat(backend.requests()).isEqualTo(100);
    }

    @Test
    void showsAStallInTheLatenciesOfAllRequestsThatWereDueInIt() throws Exception {
        proxy.set(new Fault.Blackhole());
        LoadRun run = LoadRun.start(transport, plan(proxy.port(), "/who?x", 200, 1000, 10_000), tally);
        awaitOpen();
        long stalled = System.nanoTime();
        while (System.nanoTime() - stalled < 400_000_000) {
            Thread.onSpinWait();
        }

        proxy.set(new Fault.Pass());
        run.done().get(8, TimeUnit.SECONDS);

        // A closed loop would have one slow request for each connection; here every request due in the stall is slow.
        long slow = tally.latency().getCountBetweenValues(100_000_000, Long.MAX_VALUE / 2);
        assertThat(tally.failed()).isZero();
        assertThat(tally.latency().getMaxValue()).isGreaterThanOrEqualTo(350_000_000);
        assertThat(slow).isGreaterThanOrEqualTo(50);
    }

    @Test
    void namesRefusedConnections() throws Exception {
        try (Socket refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            run(plan(refusing.getLocalPort(), "/", 200, 100, 10_000));
        }

        assertThat(tally.failures()).containsOnlyKeys(LoadFailure.CONNECT_REFUSED);
        assertThat(tally.failed()).isEqualTo(20);
    }

    @Test
    void namesResetsEndsAndTimeouts() throws Exception {
        run(plan(backend.port(), "/reset", 100, 100, 10_000));
        assertThat(tally.failures()).containsOnlyKeys(LoadFailure.RESET);

        LoadTally cut = new LoadTally();
        run(plan(backend.port(), "/trunc-cl", 100, 100, 10_000), cut);
        assertThat(cut.failures()).containsOnlyKeys(LoadFailure.CLOSED);

        LoadTally silent = new LoadTally();
        run(plan(backend.port(), "/silent", 50, 100, 100), silent);
        assertThat(silent.failures()).containsOnlyKeys(LoadFailure.TIMEOUT);
    }

    @Test
    void countsServerErrorsAsFailedAndByStatus() throws Exception {
        run(plan(backend.port(), "/status?code=503", 100, 100, 10_000));

        assertThat(tally.failures()).containsEntry(LoadFailure.STATUS_5XX, 10L);
        assertThat(tally.statuses()).containsEntry(503, 10L);
    }

    @Test
    void endsAtOnceWhenStopped() throws Exception {
        LoadRun run = LoadRun.start(transport, plan(backend.port(), "/silent", 100, 60_000, 30_000), tally);

        run.stop();
        run.done().get(5, TimeUnit.SECONDS);

        assertThat(tally.total()).isLessThan(100);
    }

    private void run(LoadPlan plan) throws Exception {
        run(plan, tally);
    }

    private static void run(LoadPlan plan, LoadTally into) throws Exception {
        LoadRun.start(transport, plan, into).done().get(8, TimeUnit.SECONDS);
    }

    private void awaitOpen() {
        while (proxy.open() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void givesEachRequestAnIdOfItsOwnAndPostsAShare() throws Exception {
        LoadPlan plain = plan(backend.port(), "/who?x", 500, 400, 10_000);
        LoadPlan plan = new LoadPlan(
                plain.target(),
                plain.host(),
                plain.path(),
                plain.method(),
                0,
                plain.ratePerSecond(),
                plain.duration(),
                plain.clients(),
                100,
                plain.timeout(),
                7,
                new LoadKind("run", 0.5, true, false));

        run(plan);

        assertThat(tally.failed()).isZero();
        assertThat(backend.requests()).isEqualTo(200);
        // The backend enters POSTs only.
        assertThat(backend.ledger().size()).isBetween(70, 130);
        assertThat(backend.ledger().repeated()).isZero();
    }

    private static LoadPlan plan(int port, String path, double rate, long millis, long timeoutMillis) {
        return new LoadPlan(
                new HostPort("127.0.0.1", port),
                "test",
                path,
                "GET",
                0,
                rate,
                Duration.ofMillis(millis),
                LoadClients.world(),
                100,
                Duration.ofMillis(timeoutMillis),
                7);
    }
}
