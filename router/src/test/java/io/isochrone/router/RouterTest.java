package io.isochrone.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.rehearsal.Rehearsal;
import io.isochrone.router.geo.MmdbFixture;
import io.isochrone.router.region.RegionState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A router over sockets, before nodes that do as they are told. */
final class RouterTest {
    private static final String SECRET = "hop-secret-of-the-test";
    private static final String AMSTERDAM = "159.60.128.214";
    private static final String NEW_YORK = "184.152.112.159";
    private static final String LIMA = "190.234.175.221";
    private static final Probing QUICK = new Probing(Duration.ofMillis(20), Duration.ofSeconds(2), 2, 2);
    /** One probe at the start, none after it. */
    private static final Probing ONCE = new Probing(Duration.ofHours(1), Duration.ofSeconds(2), 2, 2);

    @TempDir
    Path folder;

    private final List<FakeNode> open = new ArrayList<>();
    private FakeNode west;
    private FakeNode east;
    private FakeNode south;
    private Router router;

    @BeforeEach
    void startNodes() throws IOException {
        west = node("west");
        east = node("east");
        south = node("south");
    }

    @AfterEach
    void stop() {
        if (router != null) {
            router.kill();
        }
        open.forEach(FakeNode::close);
    }

    private FakeNode node(String name) throws IOException {
        FakeNode node = new FakeNode(name);
        open.add(node);
        return node;
    }

    private static Location location(String region, boolean disabled, HostPort... nodes) {
        return new Location(Objects.requireNonNull(RegionCatalogue.clouds().find(region)), 1, disabled, List.of(nodes));
    }

    private Deployment deployment(Probing probing, String geo, String log, boolean trusting, List<Location> added) {
        RouterSettings settings = new RouterSettings(
                new HostPort("127.0.0.1", 0),
                new HostPort("127.0.0.1", 0),
                null,
                trusting ? List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("10.0.0.0/8")) : List.of(),
                ForwardedHeaders.DEFAULTS,
                geo,
                probing,
                Timeouts.ROUTER_DEFAULTS,
                Limits.DEFAULTS,
                3,
                1,
                new AccessLogSettings(log, 1000, List.of()),
                Duration.ofMillis(1));
        Location primary = location("westeurope", false, west.address());
        return new Deployment(
                new Service("test", Tier.PREMIUM, primary, added, SECRET),
                List.of(),
                settings,
                GatewaySettings.DEFAULTS);
    }

    private List<Location> added() {
        return List.of(location("eastus", false, east.address()), location("brazilsouth", false, south.address()));
    }

    private Deployment deployment(Probing probing) {
        return deployment(probing, null, "off", true, added());
    }

    private void start(Deployment deployment) throws Exception {
        HostPort free = new HostPort("127.0.0.1", 0);
        router = Router.start(deployment, new RouterOptions(free, free, "test-1", channel -> {}));
        await(() -> nodes().stream().noneMatch(node -> state(node) == NodeState.NEW));
    }

    private List<Endpoint> nodes() {
        return router.snapshot().regions().stream()
                .filter(region -> !region.location().gatewayDisabled())
                .flatMap(region -> region.nodes().stream())
                .toList();
    }

    private static NodeState state(Endpoint node) {
        return ((NodeHealth) node.health()).status().state();
    }

    /** Waits for what another thread will bring about; the test's time limit ends it. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    private RawClient get(String client) throws IOException {
        return RawClient.send(router.port(), "GET", "/a", "X-Forwarded-For: " + client + "\r\n");
    }

    private String admin(String target) throws IOException {
        return RawClient.send(router.adminPort(), "GET", target, "").body();
    }

    private String adminPost(String target) throws IOException {
        return RawClient.send(router.adminPort(), "POST", target, "").body();
    }

    @ParameterizedTest
    @CsvSource({AMSTERDAM + ", westeurope, west", NEW_YORK + ", eastus, east", LIMA + ", brazilsouth, south"})
    void aClientIsServedByTheNearestRegion(String client, String region, String body) throws Exception {
        start(deployment(ONCE));

        RawClient response = get(client);

        assertThat(response.body()).isEqualTo(body);
        assertThat(response.value("Isochrone-Region")).isEqualTo(region);
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void goesDownTheOrderAndToNoNodeTwice(String method) throws Exception {
        start(deployment(ONCE));
        west.close();
        east.status = 503;
        east.mark = Objects.requireNonNull(NotProcessedMark.of(SECRET).value("draining"));

        RawClient response = RawClient.send(router.port(), method, "/", "X-Forwarded-For: " + AMSTERDAM + "\r\n");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("south");
        assertThat(response.value("Isochrone-Region")).isEqualTo("brazilsouth");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("3");
        assertThat(east.requests).hasSize(1);
        assertThat(south.requests).hasSize(1);
    }

    private static Deployment withRoomForOne(Deployment d) {
        RouterSettings r = d.router();
        RouterSettings settings = new RouterSettings(
                r.listen(),
                r.admin(),
                r.place(),
                r.trustedProxies(),
                r.forwardedHeaders(),
                r.geoDatabase(),
                r.probing(),
                r.timeouts(),
                r.limits(),
                r.maxAttempts(),
                r.eventLoops(),
                r.accessLog(),
                r.restartDelay(),
                r.connections(),
                r.upstreamHttp(),
                1,
                0);
        return new Deployment(d.service(), d.apis(), settings, d.gateway());
    }

    private CompletableFuture<RawClient> getLater(String client) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return get(client);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** P24. */
    @Test
    void aRegionThatIsSlowTakesNoMoreThanItsPlacesAndTheNextNearestServes() throws Exception {
        start(withRoomForOne(deployment(ONCE)));
        CompletableFuture<Void> ready = new CompletableFuture<>();
        west.ready = ready;
        CompletableFuture<RawClient> slow = getLater(AMSTERDAM);
        await(() -> west.requests.size() == 1);

        RawClient second = get(AMSTERDAM);

        assertThat(second.body()).isEqualTo("east");
        assertThat(second.value("Isochrone-Attempts")).isEqualTo("1");
        assertThat(west.requests).hasSize(1);
        assertThat(admin("/metrics"))
                .contains("isochrone_region_requests_in_flight{region=\"westeurope\"} 1.0")
                .containsPattern("isochrone_attempts_total\\{[^}]*region=\"westeurope\",result=\"bulkhead_full\"} 1.0");

        ready.complete(null);
        assertThat(slow.get().body()).isEqualTo("west");
        await(() -> router.snapshot().regions().get(0).capacity().count() == 0);
        assertThat(get(AMSTERDAM).body()).isEqualTo("west");
    }

    @Test
    void answersAtOnceWhenNoRegionHasRoom() throws Exception {
        start(withRoomForOne(deployment(ONCE)));
        CompletableFuture<Void> ready = new CompletableFuture<>();
        open.forEach(node -> node.ready = ready);
        List<CompletableFuture<RawClient>> slow = new ArrayList<>();
        for (FakeNode node : List.of(west, east, south)) {
            slow.add(getLater(AMSTERDAM));
            await(() -> node.requests.size() == 1);
        }

        RawClient shed = get(AMSTERDAM);

        assertThat(shed.status()).isEqualTo(503);
        assertThat(shed.value("Retry-After")).isEqualTo("1");
        assertThat(shed.body()).contains("bulkhead_full");
        assertThat(shed.value("Isochrone-Region")).isEqualTo("none");
        ready.complete(null);
        for (CompletableFuture<RawClient> each : slow) {
            assertThat(each.get().status()).isEqualTo(200);
        }
    }

    @Test
    void rehearsesThroughFailuresOfItsNearestRegion() throws Exception {
        Rehearsal.Result result = RouterRehearsal.run(Duration.ofSeconds(5));

        assertThat(result.requests()).isGreaterThan(100);
        // Every POST that is cut is told as lost, and no other request.
        assertThat(result.good()).isBetween(result.requests() * 9 / 10, result.requests());
    }

    @Test
    void whenAllRefuseWithProofTheClientGetsTheLastRealAnswer() throws Exception {
        start(deployment(ONCE));
        for (FakeNode node : open) {
            node.status = 503;
            node.mark = Objects.requireNonNull(NotProcessedMark.of(SECRET).value("no_healthy_backend"));
        }

        RawClient response = get(AMSTERDAM);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("south");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("3");
        assertThat(response.value("Isochrone-Not-Processed")).isNull();
    }

    private static String tried(FakeNode node, String result) {
        return node.address() + "=" + result;
    }

    /** P12: no attempt is spent on a region that was tried before. */
    @Test
    void oneRefusesOneIsBusyAndTheThirdAnswersEachAskedOnceInOrder() throws Exception {
        Path log = folder.resolve("access.log");
        start(deployment(ONCE, null, log.toString(), true, added()));
        west.close();
        east.status = 503;

        RawClient response = get(AMSTERDAM);
        router.stop(Duration.ofSeconds(2));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("south");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("3");
        assertThat(Files.readString(log))
                .contains("\"attempts\":\"" + tried(west, "connect_refused") + "," + tried(east, "retriable_status")
                        + "," + tried(south, "200") + "\"");
        assertThat(west.requests).isEmpty();
        assertThat(east.requests).hasSize(1);
        assertThat(south.requests).hasSize(1);
    }

    /** P12: the client sees a real answer with its body, not a blank one of ours, whoever gave it. */
    @Test
    void whenAllAreBusyTheClientGetsTheLastRealAnswer() throws Exception {
        start(deployment(ONCE));
        open.forEach(node -> node.status = 503);

        RawClient response = get(AMSTERDAM);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("south");
        assertThat(response.value("Isochrone-Region")).isEqualTo("brazilsouth");
        assertThat(response.value("Isochrone-Answered-By")).isNull();
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("3");
        assertThat(open).allSatisfy(node -> assertThat(node.requests).hasSize(1));
    }

    /** P12: what refuses after it has no answer to give. */
    @Test
    void aRealAnswerIsGivenAlsoWhenTheRegionsAfterItRefuse() throws Exception {
        start(deployment(ONCE));
        west.status = 503;
        east.close();
        south.close();

        RawClient response = get(AMSTERDAM);

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("west");
        assertThat(response.value("Isochrone-Region")).isEqualTo("westeurope");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("3");
    }

    @Test
    void aForgedMarkMovesNothingAndIsNotShown() throws Exception {
        start(deployment(ONCE));
        west.status = 503;
        west.mark = "draining;0123456789abcdef";

        RawClient response = RawClient.send(router.port(), "POST", "/", "");

        assertThat(response.body()).isEqualTo("west");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("1");
        assertThat(response.value("Isochrone-Not-Processed")).isNull();
        assertThat(east.requests).isEmpty();
    }

    @Test
    void aBadAnswerToARequestThatMayBeRepeatedIsTriedInTheNextRegion() throws Exception {
        start(deployment(ONCE));
        west.status = 503;

        RawClient get = get(AMSTERDAM);
        RawClient post = RawClient.send(router.port(), "POST", "/", "");

        assertThat(get.body()).isEqualTo("east");
        assertThat(get.value("Isochrone-Attempts")).isEqualTo("2");
        assertThat(post.status()).isEqualTo(503);
        assertThat(post.body()).isEqualTo("west");
        assertThat(admin("/metrics")).contains("isochrone_retries_total{budget=\"granted\"} 1.0");
    }

    /** P10: while the operator holds it, the order stays, whatever dies; requests still move on one by one. */
    @Test
    void whatIsHeldDoesNotChangeUntilItIsReleased() throws Exception {
        start(deployment(QUICK));
        assertThat(adminPost("/hold")).contains("held");
        west.close();

        for (int i = 0; i < 5; i++) {
            RawClient response = get(AMSTERDAM);
            assertThat(response.body()).isEqualTo("east");
            assertThat(response.value("Isochrone-Attempts")).isEqualTo("2");
        }
        assertThat(nodes()).allMatch(node -> state(node) == NodeState.UP);
        assertThat(admin("/metrics")).contains("isochrone_health_held 1.0");

        assertThat(adminPost("/release")).contains("released");
        await(() -> nodes().stream().anyMatch(node -> state(node) == NodeState.DOWN));
        assertThat(get(AMSTERDAM).value("Isochrone-Attempts")).isEqualTo("1");
    }

    /** P8: every region says "not now"; what is sent again is what the budget grants. */
    @Test
    void whenEverybodyAnswersBadlyRetriesStayWithinTheirBudget() throws Exception {
        start(deployment(ONCE));
        open.forEach(node -> node.status = 503);

        int sent = 0;
        while (!admin("/metrics").contains("isochrone_retries_total{budget=\"denied\"} 5.0")) {
            assertThat(get(AMSTERDAM).status()).isEqualTo(503);
            sent++;
        }

        int received = open.stream().mapToInt(node -> node.requests.size()).sum();
        assertThat(admin("/metrics"))
                .contains("isochrone_retries_total{budget=\"granted\"} " + (received - sent) + ".0");
        assertThat(nodes()).allMatch(node -> state(node) == NodeState.UP);
    }

    /** {@code |} parts field lines; expected: client, region, what the node sees as X-Forwarded-For. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true; ''; 127.0.0.1; westeurope; 127.0.0.1",
                "true; X-Forwarded-For: 184.152.112.159; 184.152.112.159; eastus; 184.152.112.159, 127.0.0.1",
                "true; X-Forwarded-For: 159.60.128.214, 184.152.112.159, 10.9.9.9; 184.152.112.159; eastus;"
                        + "159.60.128.214, 184.152.112.159, 10.9.9.9, 127.0.0.1",
                "true; X-Forwarded-For: 159.60.128.214|X-Forwarded-For: 190.234.175.221; 190.234.175.221; brazilsouth;"
                        + "159.60.128.214, 190.234.175.221, 127.0.0.1",
                "true; X-Forwarded-For: ::ffff:190.234.175.221; 190.234.175.221; brazilsouth;"
                        + "::ffff:190.234.175.221, 127.0.0.1",
                "true; X-Forwarded-For: 190.234.175.221:5000; 190.234.175.221; brazilsouth;"
                        + "190.234.175.221:5000, 127.0.0.1",
                "true; X-Forwarded-For: [::1]:80; ::1; westeurope; [::1]:80, 127.0.0.1",
                "true; X-Forwarded-For: host.name; 127.0.0.1; westeurope; host.name, 127.0.0.1",
                "true; Connection: close, x-forwarded-for|X-Forwarded-For: 184.152.112.159; 184.152.112.159; eastus;"
                        + "184.152.112.159, 127.0.0.1",
                "true; Forwarded: for=190.234.175.221|X-Forwarded-For: 184.152.112.159; 184.152.112.159; eastus;"
                        + "184.152.112.159, 127.0.0.1",
                "true; X_Forwarded_For: 184.152.112.159; 127.0.0.1; westeurope; 127.0.0.1",
                "false; ''; 127.0.0.1; westeurope; 127.0.0.1",
                "false; X-Forwarded-For: 184.152.112.159; 127.0.0.1; westeurope; 127.0.0.1",
                "false; X-Real-IP: 184.152.112.159|Forwarded: for=184.152.112.159; 127.0.0.1; westeurope; 127.0.0.1",
                "false; Connection: close, x-forwarded-for|X-Forwarded-For: 184.152.112.159; 127.0.0.1; westeurope;"
                        + "127.0.0.1",
                "false; X_Forwarded_For: 184.152.112.159|X_Real_Ip: 1.1.1.1; 127.0.0.1; westeurope; 127.0.0.1",
                "false; Isochrone-Region: eastus|isochrone_attempts: 7; 127.0.0.1; westeurope; 127.0.0.1"
            })
    void placeLogAndUpstreamAgreeOnWhoTheClientIs(
            boolean trusting, String fields, String client, String region, String chain) throws Exception {
        Path log = folder.resolve("access.log");
        start(deployment(ONCE, null, log.toString(), trusting, added()));

        RawClient response =
                RawClient.send(router.port(), "GET", "/", fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n");
        router.stop(Duration.ofSeconds(2));

        assertThat(response.value("Isochrone-Region")).isEqualTo(region);
        assertThat(Files.readString(log)).contains("\"client\":\"" + client + "\"");
        var seen = open.stream()
                .filter(node -> !node.requests.isEmpty())
                .findFirst()
                .orElseThrow()
                .requests
                .get(0);
        assertThat(seen.get("X-Forwarded-For")).containsExactly(chain);
        assertThat(seen.keySet())
                .noneMatch(name -> name.contains("_") || name.startsWith("Isochrone") || name.equals("X-real-ip"))
                .doesNotContain("Forwarded");
    }

    @Test
    void brokenProbesStopNoTraffic() throws Exception {
        open.forEach(node -> node.probeStatus = 500);
        start(deployment(ONCE));

        assertThat(get(LIMA).body()).isEqualTo("south");
        assertThat(get(NEW_YORK).body()).isEqualTo("east");

        assertThat(admin("/metrics"))
                .contains("isochrone_steering_fail_static 1.0")
                .contains("isochrone_region_usable{region=\"eastus\"} 0.0");
        assertThat(admin("/explain?client=" + LIMA)).contains("failing static");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void whenAllAreGoneItSaysSoAtOnce(String method) throws Exception {
        start(deployment(ONCE));
        open.forEach(FakeNode::close);

        for (int i = 0; i < 2; i++) {
            RawClient response = RawClient.send(router.port(), method, "/", "");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).startsWith("{\"statusCode\":503,").contains("no_region");
            assertThat(response.value("Isochrone-Region")).isEqualTo("none");
            assertThat(response.value("Isochrone-Attempts")).isEqualTo(i == 0 ? "3" : "0");
        }
    }

    @Test
    void evenRefusedRequestsNameRegionAndAttempts() throws Exception {
        start(deployment(ONCE));

        RawClient response = RawClient.send(router.port(), "GET", "/%zz", "");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.value("Isochrone-Region")).isEqualTo("none");
        assertThat(response.value("Isochrone-Attempts")).isEqualTo("0");
    }

    @Test
    void aDisabledRegionGetsNothingNotEvenProbesOrTheLastRequest() throws Exception {
        start(deployment(
                ONCE,
                null,
                "off",
                true,
                List.of(location("eastus", true, east.address()), location("brazilsouth", false, south.address()))));

        assertThat(get(NEW_YORK).body()).isEqualTo("west");
        west.close();
        south.close();

        assertThat(get(NEW_YORK).status()).isEqualTo(503);
        assertThat(east.requests).isEmpty();
        assertThat(admin("/explain?client=" + NEW_YORK)).contains("skipped: disabled by the operator");
    }

    @Test
    void aDrainingNodeIsLeftAloneAndComesBack() throws Exception {
        start(deployment(QUICK));
        Endpoint node = router.snapshot().regions().get(1).nodes().get(0);

        east.draining = true;
        await(() -> state(node) == NodeState.DRAINING);
        assertThat(get(NEW_YORK).body()).isNotEqualTo("east");

        east.draining = false;
        await(() -> state(node) == NodeState.UP);
        assertThat(get(NEW_YORK).body()).isEqualTo("east");
    }

    @Test
    void clientsGoHomeWhenTheirRegionIsProvedWell() throws Exception {
        start(deployment(QUICK));
        int port = east.address().port();
        east.close();
        assertThat(get(NEW_YORK).status()).isEqualTo(200);

        open.add(new FakeNode("east again", port));
        await(() -> state(router.snapshot().regions().get(1).nodes().get(0)) == NodeState.UP);

        assertThat(get(NEW_YORK).body()).isEqualTo("east again");
    }

    @Test
    void aReloadKeepsWhatStaysAndForgetsWhatGoes() throws Exception {
        start(deployment(QUICK));
        List<RegionState> before = router.snapshot().regions();
        await(() -> before.get(0).roundTripMillis() >= 0);
        assertThat(admin("/metrics")).contains("region=\"brazilsouth\"");
        FakeNode second = node("second");

        router.reload(deployment(
                QUICK, null, "off", true, List.of(location("eastus", false, east.address(), second.address()))));

        List<RegionState> after = router.snapshot().regions();
        assertThat(after.get(0).nodes().get(0)).isSameAs(before.get(0).nodes().get(0));
        assertThat(after.get(1).nodes().get(0)).isSameAs(before.get(1).nodes().get(0));
        assertThat(after.get(0).roundTripMillis()).isGreaterThanOrEqualTo(0);
        assertThat(admin("/metrics"))
                .contains("node=\"" + second.address() + "\",region=\"eastus\"")
                .doesNotContain("isochrone_region_usable{region=\"brazilsouth\"}")
                .doesNotContain("isochrone_node_usable{node=\"" + south.address());
        assertThat(get(LIMA).body()).isNotEqualTo("south");
    }

    @Test
    void explainsInTextAndJsonAndRefusesWhatIsNoAddress() throws Exception {
        start(deployment(ONCE));

        assertThat(admin("/explain?client=" + LIMA))
                .contains("goes to brazilsouth, then eastus, then westeurope")
                .contains("geoip")
                .containsPattern(south.address() + " up for [0-9] s: probe: 200");
        assertThat(admin("/explain?client=" + LIMA + "&format=json"))
                .contains("\"goes_to\" : [ \"brazilsouth\", \"eastus\", \"westeurope\" ]")
                .contains("\"inflation_ms\" : 0.0");
        RawClient bad = RawClient.send(router.adminPort(), "GET", "/explain?client=host.name", "");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.body()).contains("expected: an IPv4 or IPv6 address");
    }

    @Test
    void aChangedGeoDatabaseMovesClientsAndABrokenOneDoesNot() throws Exception {
        Path file = new MmdbFixture(4, 1_700_000_000)
                .with("9.0.0.0/8", MmdbFixture.flat(-12, -77))
                .write(folder.resolve("geo.mmdb"));
        start(deployment(ONCE, file.toString(), "off", true, added()));
        assertThat(get("9.1.1.1").body()).isEqualTo("south");

        new MmdbFixture(4, 1_700_000_001)
                .with("9.0.0.0/8", MmdbFixture.flat(40.7, -74))
                .write(file);
        changed(file, 1);
        assertThat(get("9.1.1.1").body()).isEqualTo("east");
        Files.write(file, new byte[10]);
        changed(file, 2);

        assertThat(get("9.1.1.1").body()).isEqualTo("east");
        assertThat(admin("/metrics"))
                .contains("isochrone_geo_stale 1.0")
                .contains("isochrone_geo_loads_total 1.0")
                .contains("isochrone_geo_refusals_total 1.0");
    }

    @Test
    void metricsShowTheLagOfEventLoops() throws Exception {
        start(deployment(ONCE));

        assertThat(admin("/metrics"))
                .contains("isochrone_event_loop_lag_seconds_bucket{le=\"0.1\"}")
                .contains("isochrone_event_loop_lag_seconds_count");
    }

    private void changed(Path file, int time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(1_800_000_000L + time, TimeUnit.SECONDS));
        router.lookAtGeoDatabase();
        router.lookAtGeoDatabase();
    }

    @Test
    void aReloadThatNamesABrokenGeoDatabaseIsRefusedWhole() throws Exception {
        start(deployment(ONCE));
        Path broken = Files.write(folder.resolve("broken.mmdb"), new byte[100]);

        assertThatThrownBy(() -> router.reload(deployment(ONCE, broken.toString(), "off", true, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("geo-database: " + broken);

        assertThat(get(LIMA).body()).isEqualTo("south");
    }
}
