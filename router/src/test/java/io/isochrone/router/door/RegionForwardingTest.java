package io.isochrone.router.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.ApiMatcher;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.health.NodeHealth;
import io.isochrone.proxy.health.NodeState;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.resilience.LearnedRate;
import io.isochrone.proxy.resilience.RefusalRule;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.router.geo.GeoDatabase;
import io.isochrone.router.geo.Locator;
import io.isochrone.router.geo.Place;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.region.Regions;
import io.isochrone.router.steering.Steering;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The way of a request down the regions, in every state that their nodes may be in. */
final class RegionForwardingTest {
    private static final GeoPoint OWN = new GeoPoint(52.4, 4.9);
    private static final Api API = new Api("orders", "", List.of(), Map.of(), true);
    private static final List<Region> REGIONS =
            List.of("westeurope", "eastus", "southeastasia", "brazilsouth", "australiaeast").stream()
                    .map(name -> Objects.requireNonNull(RegionCatalogue.clouds().find(name)))
                    .toList();

    private static Endpoint node(int region, int number, NodeState.Event... events) {
        NodeHealth health = new NodeHealth(Probing.DEFAULTS, (from, to, reason) -> {}, 0);
        for (NodeState.Event event : events) {
            health.probed(event, "test", 0, 0);
        }
        Region at = REGIONS.get(region);
        return new Endpoint(at.name() + "-" + number, at.name(), InetSocketAddress.createUnresolved("test", 1), health);
    }

    private static RegionState region(int index, boolean disabled, Endpoint... nodes) {
        return Regions.of(REGIONS.get(index), disabled, List.of(nodes), OWN, 0);
    }

    private static RouterSnapshot snapshot(GeoPoint client, List<RegionState> regions) {
        GeoDatabase database = new GeoDatabase() {
            @Override
            public Place place(byte[] address) {
                return new Place(client, Place.Source.GEOIP);
            }

            @Override
            public String description() {
                return "test";
            }
        };
        return new RouterSnapshot(
                RouterSettings.DEFAULTS,
                new EngineSettings(Limits.DEFAULTS, Timeouts.ROUTER_DEFAULTS),
                regions,
                new ApiMatcher(List.of(API)),
                new Locator(database, OWN),
                NotProcessedMark.of(null),
                new RefusalRule());
    }

    private static RegionForwarding plan(RouterSnapshot snapshot) {
        byte[] head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        H1Request request = new H1Request();
        assertThat(request.parse(head, head.length, 8192, 100)).isNull();
        GeoPoint client = snapshot.locator().find(new byte[] {9, 9, 9, 9}).point();
        return new RegionForwarding(
                snapshot,
                Steering.order(client, snapshot.candidates(0)),
                API,
                "9.9.9.9",
                ForwardedFields.of(ForwardedHeaders.DEFAULTS, "9.9.9.9", false, false, request));
    }

    private static List<String> walk(RegionForwarding plan) {
        List<String> walked = new ArrayList<>();
        Endpoint next;
        while ((next = plan.next(walked.size(), 0)) != null) {
            walked.add(next.id());
        }
        return walked;
    }

    @Test
    void triesTheOtherNodesOfARegionBeforeTheNextRegionAndNoneTwice() {
        RouterSnapshot snapshot = snapshot(
                OWN,
                List.of(
                        region(1, false, node(1, 1)),
                        region(0, false, node(0, 1), node(0, 2)),
                        region(2, false, node(2, 1))));

        assertThat(walk(plan(snapshot)))
                .hasSize(4)
                .endsWith("eastus-1", "southeastasia-1")
                .contains("westeurope-1", "westeurope-2");
    }

    @Test
    void skipsWhatIsDownOrDrainingWhileAnythingIsUsable() {
        RouterSnapshot snapshot = snapshot(
                OWN,
                List.of(
                        region(0, false, node(0, 1, NodeState.Event.PROBE_FAILED)),
                        region(1, false, node(1, 1, NodeState.Event.PROBE_DRAINING)),
                        region(2, false, node(2, 1, NodeState.Event.PROBE_GOOD))));

        assertThat(walk(plan(snapshot))).containsExactly("southeastasia-1");
    }

    @Test
    void whenNothingIsUsableItTriesTheNearestThatDoNotRefuse() {
        RouterSnapshot snapshot = snapshot(
                OWN,
                List.of(
                        region(0, false, node(0, 1, NodeState.Event.PROBE_REFUSED)),
                        region(1, false, node(1, 1, NodeState.Event.PROBE_FAILED)),
                        region(2, true, node(2, 1, NodeState.Event.PROBE_FAILED)),
                        region(3, false, node(3, 1, NodeState.Event.PROBE_FAILED))));

        assertThat(snapshot.isFailingStatic(0)).isTrue();
        assertThat(walk(plan(snapshot))).containsExactly("eastus-1", "brazilsouth-1");
    }

    @Test
    void anAttemptThatTakesTheLastUsableNodeOutGoesOnToDoubtfulOnes() {
        Endpoint near = node(0, 1);
        RouterSnapshot snapshot = snapshot(
                OWN, List.of(region(0, false, near), region(1, false, node(1, 1, NodeState.Event.PROBE_FAILED))));
        RegionForwarding plan = plan(snapshot);
        assertThat(plan.next(0, 0)).isSameAs(near);

        plan.attemptEnded(near, Failure.CONNECT_REFUSED, 0, 1, 1);

        assertThat(Objects.requireNonNull(plan.next(1, 1)).id()).isEqualTo("eastus-1");
        assertThat(plan.next(2, 1)).isNull();
    }

    @Test
    void passesARegionWithoutRoomOverWholeAndGivesEveryPlaceBack() {
        RegionState near = region(0, false, node(0, 1), node(0, 2));
        RegionState far = region(1, false, node(1, 1));
        RouterSnapshot snapshot = snapshot(OWN, List.of(near, far));
        near.capacity().enter(LearnedRate.Rank.HOME, false, 0);
        near.capacity().enter(LearnedRate.Rank.HOME, false, 0);
        RegionForwarding plan = plan(snapshot);

        Endpoint first = Objects.requireNonNull(plan.next(0, 0));
        assertThat(first.region()).isEqualTo("westeurope");
        assertThat(plan.enter(first)).isFalse();
        Endpoint second = Objects.requireNonNull(plan.next(0, 0));
        assertThat(second.id()).isEqualTo("eastus-1");
        assertThat(plan.enter(second)).isTrue();
        assertThat(far.capacity().count()).isOne();
        assertThat(plan.next(1, 0)).as("the other node of the full region").isNull();
        assertThat(far.capacity().count())
                .as("its bad answer is still to be relayed")
                .isOne();

        plan.ended();
        plan.ended();

        assertThat(far.capacity().count()).isZero();
        assertThat(near.capacity().count()).isEqualTo(2);
    }

    @Test
    void explainsThatARegionIsFull() throws Exception {
        RegionState near = region(0, false, node(0, 1));
        RouterSnapshot snapshot = snapshot(OWN, List.of(near, region(1, false, node(1, 1))));
        near.capacity().enter(LearnedRate.Rank.HOME, false, 0);
        near.capacity().enter(LearnedRate.Rank.HOME, false, 0);

        JsonNode told = new ObjectMapper().readTree(Explain.explain(snapshot, "9.9.9.9", true, 0));

        assertThat(told.get("goes_to").get(0).asText()).isEqualTo("eastus");
        assertThat(told.get("order").get(0).get("requests_in_flight").asInt()).isEqualTo(2);
        assertThat(told.get("order").get(0).get("max_requests").asInt()).isEqualTo(2);
        assertThat(Explain.explain(snapshot, "9.9.9.9", false, 0)).containsPattern("westeurope .* full\\R");
    }

    @Test
    void saysThatNoRegionIsLeft() {
        RouterSnapshot snapshot = snapshot(OWN, List.of(region(0, false, node(0, 1, NodeState.Event.PROBE_REFUSED))));
        RegionForwarding plan = plan(snapshot);
        assertThat(walk(plan)).isEmpty();

        LocalAnswer answer = plan.exhausted(Outcome.UNAVAILABLE, Failure.NO_ENDPOINT, 0);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("no_region");
    }

    @Test
    void explanationEqualsTheChoiceForTenThousandRandomWorldsSeed11() throws Exception {
        Random random = new Random(11);
        ObjectMapper json = new ObjectMapper();
        for (int round = 0; round < 10_000; round++) {
            List<RegionState> regions = new ArrayList<>();
            for (int i = 0; i < REGIONS.size(); i++) {
                NodeState.Event[] all = NodeState.Event.values();
                Endpoint[] nodes = new Endpoint[random.nextInt(3)];
                for (int n = 0; n < nodes.length; n++) {
                    nodes[n] = node(i, n, all[random.nextInt(all.length)]);
                }
                regions.add(Regions.of(
                        REGIONS.get(i), random.nextInt(6) == 0, List.of(nodes), OWN, random.nextInt(400) - 100));
            }
            GeoPoint client = new GeoPoint(random.nextDouble() * 180 - 90, random.nextDouble() * 360 - 180);
            RouterSnapshot snapshot = snapshot(client, regions);

            JsonNode told = json.readTree(Explain.explain(snapshot, "9.9.9.9", true, 0));
            Endpoint first = plan(snapshot).next(0, 0);

            if (told.get("fail_static").asBoolean()) {
                assertThat(told.get("goes_to")).isEmpty();
            } else {
                assertThat(Objects.requireNonNull(first).region())
                        .isEqualTo(told.get("goes_to").get(0).asText());
            }
        }
    }

    private static Endpoint returning(int region, int number) {
        NodeState.Event good = NodeState.Event.PROBE_GOOD;
        return node(region, number, good, NodeState.Event.ATTEMPT_LOST, good, good);
    }

    /** P11, P34: not everybody at once. */
    @Test
    void aRegionThatComesBackGetsItsShareOfTheRequestsAndTheNextNearestTheRest() {
        long second = 1_000_000_000;
        RouterSnapshot snapshot = snapshot(
                OWN,
                List.of(region(0, false, returning(0, 1)), region(1, false, node(1, 1, NodeState.Event.PROBE_GOOD))));

        for (int at : new int[] {0, 2, 4, 6}) {
            int home = 0;
            for (int i = 0; i < 1000; i++) {
                Endpoint first = Objects.requireNonNull(plan(snapshot).next(0, at * second));
                home += first.id().equals("westeurope-1") ? 1 : 0;
            }
            assertThat(home).as("after %d s", at).isBetween(Math.max(40, at * 125 - 5), Math.max(60, at * 125 + 5));
        }
    }

    @Test
    void aRegionThatComesBackIsUsedInFullWhenThereIsNoOther() {
        RouterSnapshot snapshot = snapshot(OWN, List.of(region(0, false, returning(0, 1))));

        for (int i = 0; i < 100; i++) {
            assertThat(walk(plan(snapshot))).containsExactly("westeurope-1");
        }
    }

    @Test
    void aSilentNodeIsTriedOnlyWhenThereIsNoOtherAndTheRouterDoesNotDoubtItselfForIt() {
        Endpoint silent = node(0, 1, NodeState.Event.PROBE_GOOD, NodeState.Event.SILENCE);
        RouterSnapshot both = snapshot(
                OWN, List.of(region(0, false, silent), region(1, false, node(1, 1, NodeState.Event.PROBE_GOOD))));
        RouterSnapshot alone = snapshot(OWN, List.of(region(0, false, silent)));

        assertThat(walk(plan(both))).containsExactly("eastus-1", "westeurope-1");
        assertThat(walk(plan(alone))).containsExactly("westeurope-1");
        assertThat(alone.isFailingStatic(0)).isFalse();
    }

    /** Answers of a thousand requests a second: 500 by the first {@code bad} nodes of the nearest region, 200 by all others. */
    private static void answer(RouterSnapshot snapshot, int bad, int requests) {
        List<Endpoint> nodes = snapshot.regions().get(0).nodes();
        for (int i = 0; i < requests; i++) {
            long now = i * 1_000_000L;
            RegionForwarding plan = plan(snapshot);
            Endpoint to = Objects.requireNonNull(plan.next(0, now));
            boolean fails = nodes.indexOf(to) >= 0 && nodes.indexOf(to) < bad;
            plan.attemptEnded(to, null, fails ? 500 : 200, 1, now);
            plan.ended();
        }
    }

    @Test
    void aNodeThatAnswersBadlyWhileItsNeighboursDoNotIsOut() {
        RouterSnapshot snapshot = twoRegions();
        answer(snapshot, 1, 2000);

        List<Endpoint> nodes = snapshot.regions().get(0).nodes();
        assertThat(nodes.get(0).health().isUsable(0)).isFalse();
        assertThat(((NodeHealth) nodes.get(0).health()).status().reason()).isEqualTo("outlier");
        assertThat(nodes.get(1).health().isUsable(0)).isTrue();
        assertThat(((NodeHealth) nodes.get(0).health()).badAnswers())
                .as("half a second, at a half of a thousand a second")
                .isLessThan(600);
    }

    @Test
    void whatAllNodesOfARegionAnswerTakesNoneOut() {
        RouterSnapshot snapshot = twoRegions();
        answer(snapshot, 2, 2000);

        assertThat(snapshot.regions().get(0).nodes())
                .allMatch(node -> node.health().isUsable(0));
    }

    private static RouterSnapshot twoRegions() {
        Endpoint near = node(0, 1, NodeState.Event.PROBE_GOOD);
        Endpoint near2 = node(0, 2, NodeState.Event.PROBE_GOOD);
        Endpoint far = node(1, 1, NodeState.Event.PROBE_GOOD);
        return snapshot(
                OWN,
                List.of(
                        Regions.of(REGIONS.get(0), List.of(near, near2), OWN, API.name()),
                        Regions.of(REGIONS.get(1), List.of(far), OWN, API.name())));
    }

    private static String request(RouterSnapshot snapshot, boolean nearBad, boolean farBad, long now) {
        RegionForwarding plan = plan(snapshot);
        Endpoint first = Objects.requireNonNull(plan.next(0, now));
        boolean bad = first.region().equals("westeurope") ? nearBad : farBad;
        plan.attemptEnded(first, bad ? Failure.RETRIABLE_STATUS : null, bad ? 503 : 200, 1, now);
        if (bad) {
            Endpoint second = Objects.requireNonNull(plan.next(1, now));
            assertThat(second.region()).as("another region than the first").isNotEqualTo(first.region());
            boolean again = second.region().equals("westeurope") ? nearBad : farBad;
            plan.attemptEnded(second, again ? Failure.RETRIABLE_STATUS : null, again ? 503 : 200, 1, now);
        }
        return first.region();
    }

    @Test
    void anApiWhoseAnswersAreBetterElsewhereLeavesTheRegionAndReturnsByDegrees() {
        RouterSnapshot snapshot = twoRegions();
        long ms = 1_000_000;
        int bad = 0;
        for (int i = 0; i < 200; i++) {
            bad += request(snapshot, i % 2 == 0, false, i * ms).equals("westeurope") && i % 2 == 0 ? 1 : 0;
        }
        assertThat(bad).isLessThanOrEqualTo(6);
        assertThat(snapshot.regions().get(0).ailingApis(200 * ms)).containsExactly("orders");
        assertThat(snapshot.regions().get(0).isUsable(200 * ms)).isTrue();

        int home = 0;
        for (int i = 0; i < 100; i++) {
            home += request(snapshot, false, false, 3600 * ms + i).equals("westeurope") ? 1 : 0;
        }
        assertThat(home).isBetween(40, 60);
        assertThat(request(snapshot, false, false, 7000 * ms)).isEqualTo("westeurope");
    }

    /** P6: an application that fails everywhere moves nothing. */
    @Test
    void anApiWhoseAnswersAreAsBadElsewhereStays() {
        RouterSnapshot snapshot = twoRegions();

        for (int i = 0; i < 1000; i++) {
            assertThat(request(snapshot, true, true, i * 1_000_000L)).isEqualTo("westeurope");
        }
    }

    /** A few bad answers among many are no reason. */
    @Test
    void anApiThatFailsNowAndThenStays() {
        RouterSnapshot snapshot = twoRegions();

        for (int i = 0; i < 5000; i++) {
            assertThat(request(snapshot, i % 50 == 0, false, i * 500_000L)).isEqualTo("westeurope");
        }
    }

    /** P6: the region's gateway says that it has no backend for this API. */
    @Test
    void anApiWithoutABackendLeavesTheRegionAtOnce() {
        NotProcessedMark mark = NotProcessedMark.of("secret");
        RouterSnapshot open = twoRegions();
        RouterSnapshot snapshot = new RouterSnapshot(
                open.settings(), open.engine(), open.regions(), open.apis(), open.locator(), mark, new RefusalRule());
        RegionForwarding plan = plan(snapshot);
        Endpoint first = Objects.requireNonNull(plan.next(0, 0));
        assertThat(plan.isNotProcessed(mark.value(NotProcessedMark.NO_BACKEND))).isTrue();
        plan.attemptEnded(first, Failure.NOT_PROCESSED, 503, 1, 0);

        assertThat(Objects.requireNonNull(plan.next(1, 0)).region()).isEqualTo("eastus");
        assertThat(Objects.requireNonNull(plan(snapshot).next(0, 1)).region()).isEqualTo("eastus");
        assertThat(first.health().isUsable(1)).isTrue();
    }

    /** P51: who is asked although another may answer yet must be well in every respect. */
    @Test
    void aSecondAttemptGoesToTheNearestNodeThatNothingSpeaksAgainst() {
        NodeState.Event good = NodeState.Event.PROBE_GOOD;
        RegionState crowded = region(3, false, node(3, 1, good));
        RouterSnapshot snapshot = snapshot(
                OWN,
                List.of(
                        region(0, false, node(0, 1, good), node(0, 2, good, NodeState.Event.SILENCE)),
                        region(1, false, returning(1, 1)),
                        region(2, true, node(2, 1, good)),
                        crowded,
                        region(4, false, node(4, 1, good))));
        while (crowded.capacity().enter(LearnedRate.Rank.GUEST, false, 0)) {
            assertThat(crowded.isFull())
                    .as("the last place is kept for its own")
                    .isIn(true, false);
        }
        int before = crowded.capacity().count();
        RegionForwarding plan = plan(snapshot);
        Endpoint first = Objects.requireNonNull(plan.next(0, 0));
        assertThat(plan.enter(first)).isTrue();

        Endpoint second = Objects.requireNonNull(plan.hedge(1, 0));

        assertThat(first.id()).isEqualTo("westeurope-1");
        assertThat(second.id()).isEqualTo("australiaeast-1");
        assertThat(snapshot.regions().get(4).capacity().count()).isOne();
        plan.hedgeEnded(true);
        assertThat(snapshot.regions().get(0).capacity().count()).isZero();
        assertThat(snapshot.regions().get(4).capacity().count()).isOne();
        assertThat(plan.next(2, 0)).as("neither is tried again").isNotIn(first, second);
        plan.ended();
        assertThat(snapshot.regions())
                .allMatch(region -> region.capacity().count() == (region == crowded ? before : 0));
    }

    @Test
    void anotherNodeOfTheSameRegionIsNearest() {
        NodeState.Event good = NodeState.Event.PROBE_GOOD;
        RegionState home = region(0, false, node(0, 1, good), node(0, 2, good));
        RegionForwarding plan = plan(snapshot(OWN, List.of(home, region(1, false, node(1, 1, good)))));
        Endpoint first = Objects.requireNonNull(plan.next(0, 0));
        assertThat(plan.enter(first)).isTrue();

        Endpoint second = Objects.requireNonNull(plan.hedge(1, 0));

        assertThat(second.region()).isEqualTo("westeurope");
        assertThat(second).isNotSameAs(first);
        assertThat(home.capacity().count()).as("a place for each").isEqualTo(2);
        plan.hedgeEnded(false);
        plan.ended();
        assertThat(home.capacity().count()).isZero();
    }

    /** An API that comes back, or is out, there is not asked either; and the answers of both attempts are compared. */
    @Test
    void aSecondAttemptIsEvidenceWhereItWentAndNotAskedOfAnAilingApi() {
        RouterSnapshot snapshot = twoRegions();
        for (int i = 0; i < 10; i++) {
            RegionForwarding plan = plan(snapshot);
            Endpoint first = Objects.requireNonNull(plan.next(0, i));
            Endpoint same = Objects.requireNonNull(plan.hedge(1, i));
            assertThat(same.region()).isEqualTo(first.region());
            plan.hedgeEnded(false);
            Endpoint far = Objects.requireNonNull(plan.hedge(2, i));
            assertThat(far.region()).isEqualTo("eastus");
            plan.attemptEnded(far, Failure.RETRIABLE_STATUS, 503, 1, i);
            plan.hedgeEnded(false);
            plan.attemptEnded(first, null, 200, 1, i);
            plan.ended();
            if (!snapshot.regions().get(1).ailingApis(i).isEmpty()) {
                break;
            }
        }
        assertThat(snapshot.regions().get(1).ailingApis(20)).containsExactly("orders");
        assertThat(snapshot.regions().get(0).ailingApis(20)).isEmpty();
        RegionForwarding plan = plan(snapshot);
        plan.next(0, 20);
        assertThat(Objects.requireNonNull(plan.hedge(1, 20)).region()).isEqualTo("westeurope");
        plan.hedgeEnded(false);
        assertThat(plan.hedge(2, 20)).isNull();
    }
}
