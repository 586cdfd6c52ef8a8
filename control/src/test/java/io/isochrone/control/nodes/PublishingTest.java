package io.isochrone.control.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Stored;
import io.isochrone.control.store.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PublishingTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 1000 * SECOND;
    private final MemoryStore store = new MemoryStore(() -> now);
    private final Replica replica = new Replica("one", store, () -> now);
    private final SimulatedNode west = new SimulatedNode("w1", "westeurope", "10.0.0.1:80");
    private final SimulatedNode west2 = new SimulatedNode("w2", "westeurope", "10.0.0.2:80");
    private final SimulatedNode east = new SimulatedNode("e1", "eastasia", "10.1.0.1:80");
    private final SimulatedNode router = new SimulatedNode("r1", null, "10.9.0.1:80");
    private final List<SimulatedNode> nodes = List.of(west, west2, east, router);

    @BeforeEach
    void storeAService() {
        store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia"));
        store.put(Stored.key("apis/a"), Stored.api("a", "a", "http://old.example"));
    }

    /** Half a second: the publisher has a round, every node reports and polls. */
    private void step(Replica... replicas) {
        now += SECOND / 2;
        for (Replica each : replicas) {
            each.round();
        }
        for (SimulatedNode node : nodes) {
            replicas[0].report(node);
            replicas[0].poll(node);
        }
    }

    private void steps(double seconds) {
        for (int i = 0; i < seconds * 2; i++) {
            step(replica);
        }
    }

    private JsonNode rollout() {
        return SimulatedNode.json(replica.show("/control/v1/rollout"));
    }

    private void changeApi(String url) {
        store.put(Stored.key("apis/a"), Stored.api("a", "a", url));
    }

    @Test
    void nodesGetTheirSnapshotsAndRoutersLearnOfGateways() {
        steps(2);

        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.runs("old.example")).isTrue());
        assertThat(router.runs("10.0.0.1:80")).isTrue();
        assertThat(router.runs("10.1.0.1:80")).isTrue();
        assertThat(west.runs("10.0.0.1:80")).as("gateways learn no nodes").isFalse();
    }

    @Test
    void aWaitingPollIsAnsweredWhenSomethingIsPublished() {
        steps(2);
        CompletableFuture<Reply> waits = replica.ask(east.poll(20));
        assertThat(waits).isNotDone();

        store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia!"));
        replica.round();

        assertThat(waits).isDone();
        assertThat(east.take(waits.join())).isTrue();
        assertThat(east.runs("gateway-disabled")).isTrue();
    }

    @Test
    void aPollThatWaitsInVainEndsWith204AndHoldsNothing() {
        steps(2);
        CompletableFuture<Reply> waits = replica.ask(east.poll(20));

        now += 20 * SECOND;
        replica.waiting.expire(now);

        assertThat(waits.join().status()).isEqualTo(204);
        assertThat(replica.waiting.count()).isZero();
    }

    @Test
    void aSecondPollOfANodeEndsItsFirst() {
        steps(2);
        CompletableFuture<Reply> first = replica.ask(east.poll(20));
        CompletableFuture<Reply> second = replica.ask(east.poll(20));

        assertThat(first.join().status()).isEqualTo(204);
        assertThat(second).isNotDone();
        assertThat(replica.waiting.count()).isOne();
    }

    @Test
    void answersAreMadeOnceForAllNodesThatNeedTheSame() {
        steps(2);
        CompletableFuture<Reply> one = replica.ask(west.poll(20));
        CompletableFuture<Reply> two = replica.ask(west2.poll(20));

        store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia", "uksouth"));
        replica.round();

        assertThat(one.join()).isSameAs(two.join());
        assertThat(SimulatedNode.json(one.join()).path("set").properties()).hasSize(1);
    }

    @Test
    void aNodeOfARegionThatIsNoLocationYetWaitsAndIsToldWhy() {
        step(replica);
        SimulatedNode early = new SimulatedNode("u1", "uksouth", "10.2.0.1:80");

        Reply waits = replica.ask(early.poll(0)).join();
        assertThat(waits.status()).isEqualTo(204);
        assertThat(waits.headers().get("Isochrone-Waiting"))
                .isEqualTo("region uksouth is not a location of service contoso yet");

        CompletableFuture<Reply> poll = replica.ask(early.poll(20));
        store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia", "uksouth"));
        replica.round();
        assertThat(early.take(poll.join())).isTrue();
    }

    @Test
    void aGatewayWhoseRegionIsTakenOutLearnsOfItAndMayShrink() {
        steps(3);
        store.put(Stored.serviceKey(), Stored.service("eastasia", "uksouth", "eastus"));
        now += SECOND / 2;
        replica.round();

        Reply reply = replica.ask(west.poll(0)).join();
        assertThat(SimulatedNode.json(reply).has("force"))
                .as("half of two is not more than half")
                .isFalse();
        assertThat(west.take(reply)).isTrue();
        assertThat(west.runs("westeurope")).isFalse();

        store.put(Stored.serviceKey(), Stored.service("eastasia"));
        replica.round();
        assertThat(SimulatedNode.json(replica.ask(west.poll(0)).join())
                        .path("force")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void equalContentMakesNoVersionAndNoCommitP17() {
        steps(3);
        SnapshotId before = east.seen.get(east.seen.size() - 1);

        changeApi("http://old.example");
        steps(3);

        assertThat(east.seen.get(east.seen.size() - 1)).isEqualTo(before);
    }

    @Test
    void aGoodChangeReachesCanaryThenAllAndBecomesStable() {
        steps(3);
        changeApi("http://new.example");

        steps(2);
        assertThat(rollout().path("stage").asText()).isEqualTo("canary");
        assertThat(nodes.stream().filter(node -> node.runs("new.example"))).hasSize(1);

        steps(20);
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.runs("new.example")).isTrue());
        steps(65);
        assertThat(rollout().path("stage").asText()).isEqualTo("idle");
        assertThat(rollout().path("nodes").path("current").asInt()).isEqualTo(4);
    }

    @Test
    void aConfigurationThatMakesEverythingFailIsStoppedAtTheCanaryAndRolledBackP16() {
        steps(3);
        nodes.forEach(node -> node.requestsPerSecond = 50);
        steps(5);
        changeApi("http://bad.example");
        int worst = 0;

        for (int i = 0; i < 40; i++) {
            step(replica);
            nodes.forEach(node -> node.errorsPerSecond = node.runs("bad.example") ? 50 : 0.1);
            worst = Math.max(worst, (int)
                    nodes.stream().filter(node -> node.runs("bad.example")).count());
        }

        assertThat(worst).isEqualTo(1);
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.runs("old.example")).isTrue());
        assertThat(rollout().path("stage").asText()).isEqualTo("idle");
        assertThat(replica.fleet.refusal("contoso"))
                .startsWith("taken back: ")
                .contains("answered 5xx in stage canary");
        assertThat(nodes).allSatisfy(node -> assertThat(node.seen).isSorted());
    }

    @Test
    void aCanaryThatRefusesStopsTheRollout() {
        steps(3);
        changeApi("http://new.example");
        now += SECOND / 2;
        replica.round();
        String canary = rollout().path("canary").asText();
        SimulatedNode picked = nodes.stream()
                .filter(node -> node.id.equals(canary))
                .findFirst()
                .orElseThrow();
        SnapshotId candidate =
                new SnapshotId(1, rollout().path("candidate").path("version").asLong());
        picked.refused = candidate;
        picked.reason = "cannot be";

        steps(2);

        assertThat(replica.fleet.refusal("contoso")).isEqualTo("taken back: node " + canary + " refused it: cannot be");
        assertThat(nodes).noneMatch(node -> node.runs("new.example"));
    }

    @Test
    void whatNodesWouldRefuseIsNotPublishedAndTheReasonIsToldP16() {
        steps(3);

        store.put(Stored.key("apis/a"), Stored.api("a", "a b", "http://new.example"));
        steps(2);

        assertThat(replica.fleet.refusal("Contoso")).startsWith("gateways would refuse it: apis[0].path: \"/a b\"");
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.runs("old.example")).isTrue());
    }

    @Test
    void holdingTellsTheFirstSnapshotThatHasARevision() {
        steps(3);
        long revision = store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia", "uksouth"));
        assertThat(replica.fleet.holding("contoso", revision)).isNull();

        replica.round();

        SnapshotId holding = replica.fleet.holding("Contoso", revision);
        assertThat(holding).isNotNull();
        steps(1);
        assertThat(replica.fleet.nodes("contoso"))
                .allSatisfy(node -> assertThat(node.applied()).isGreaterThanOrEqualTo(holding));
    }

    @Test
    void aLostNodeLeavesTheRoutersSnapshotAndMostNodesAtOnceDoNot() {
        steps(3);
        for (int i = 0; i < 24; i++) {
            now += SECOND / 2;
            List.of(west, east, router).forEach(node -> {
                replica.report(node);
                replica.poll(node);
            });
            replica.round();
        }
        replica.poll(router);
        assertThat(router.runs("10.0.0.2:80")).isFalse();
        assertThat(router.runs("10.0.0.1:80")).isTrue();

        for (int i = 0; i < 24; i++) {
            now += SECOND / 2;
            replica.report(router);
            replica.round();
        }
        replica.poll(router);

        assertThat(router.runs("10.0.0.1:80")).isTrue();
        assertThat(router.runs("10.1.0.1:80")).isTrue();
        assertThat(rollout().path("suspicion").asText()).contains("2 of 2 gateway nodes fell silent at once");
    }

    @Test
    void aControlPlaneThatStartsAnewKeepsTheNodesUntilTheyHadTimeToReport() {
        steps(6);
        Replica restarted = new Replica("two", store, () -> now);
        now += 60 * SECOND;

        restarted.round();
        now += 6 * SECOND;
        restarted.round();

        assertThat(restarted.fleet.nodes("contoso")).hasSize(4);
        restarted.poll(router);
        assertThat(router.runs("10.0.0.1:80")).isTrue();
        assertThat(router.runs("10.1.0.1:80")).isTrue();
    }

    @Test
    void aControlPlaneThatWasStoppedTakesNobodyForLost() {
        steps(3);

        now += 60 * SECOND;
        replica.round();

        assertThat(replica.fleet.nodes("contoso")).noneMatch(node -> node.state() == NodeView.State.LOST);
    }

    @Test
    void aStoreOutOfReachChangesNothingForNodesAndIsSaid() {
        steps(3);
        store.broken("disk: full (expected: room)");

        assertThat(replica.round()).isFalse();
        assertThat(rollout().path("storeTrouble").asText()).isEqualTo("disk: full (expected: room)");
        SimulatedNode fresh = new SimulatedNode("w3", "westeurope", "10.0.0.3:80");
        assertThat(replica.poll(fresh)).isTrue();

        store.broken(null);
        steps(2);
        assertThat(rollout().path("storeTrouble").isNull()).isTrue();
        assertThat(router.runs("10.0.0.3:80")).isTrue();
    }

    @Test
    void versionsNeverGoBackThoughALeaderIsFrozenAndGoesOnP15() {
        Replica other = new Replica("two", store, () -> now);
        steps(3);
        other.round();
        assertThat(replica.publisher.leads()).isTrue();
        assertThat(other.publisher.leads()).isFalse();
        List<SnapshotId> published = new ArrayList<>();

        for (int i = 2;
                i <= 50;
                i++) { // "one" is frozen: it neither reads nor writes, but answers nodes from what it has
            String[] regions =
                    i % 2 == 0 ? new String[] {"westeurope", "eastasia!"} : new String[] {"westeurope", "eastasia"};
            store.put(Stored.serviceKey(), Stored.service(regions));
            now += SECOND;
            other.round();
            for (SimulatedNode node : nodes) {
                other.report(node);
                (i % 3 == 0 ? replica : other).poll(node);
                (i % 3 == 0 ? other : replica).poll(node);
            }
            published.add(east.seen.get(east.seen.size() - 1));
        }
        replica.round(); // it goes on, and believes that it leads
        nodes.forEach(replica::poll);
        replica.round();

        assertThat(other.publisher.leads()).isTrue();
        assertThat(published).isSorted();
        assertThat(new HashSet<>(published)).hasSizeGreaterThan(40);
        assertThat(nodes).allSatisfy(node -> assertThat(node.seen).isSorted().doesNotHaveDuplicates());
        assertThat(replica.board.state("contoso").offers().published())
                .isEqualTo(other.board.state("contoso").offers().published());
    }

    @Test
    void everyThirdAnswerLostStillConvergesP15Seed7() {
        Random random = new Random(7);
        steps(3);
        int answers = 0;
        for (int i = 0; i < 30; i++) {
            store.put(
                    Stored.serviceKey(), Stored.service("westeurope", random.nextBoolean() ? "eastasia" : "eastasia!"));
            now += SECOND / 5;
            replica.round();
            for (SimulatedNode node : nodes) {
                Reply reply = replica.ask(node.poll(0)).join();
                if (++answers % 3 != 0) {
                    node.take(reply);
                }
            }
        }
        steps(2);

        SnapshotId stable =
                replica.board.state("contoso").offers().published().stable().id();
        assertThat(nodes).allSatisfy(node -> assertThat(node.have.id()).isEqualTo(stable));
    }

    @Test
    void aRestoredStoreBeginsANewEpochThatNodesTake() {
        steps(3);
        MemoryStore old = new MemoryStore(() -> now);
        store.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia!"));
        steps(1);
        old.put(Stored.serviceKey(), Stored.service("westeurope", "eastasia"));
        old.put(Stored.key("apis/a"), Stored.api("a", "a", "http://restored.example"));
        Replica restored = new Replica("three", old, () -> now);
        restored.round();

        for (int i = 0; i < 4; i++) {
            step(restored);
        }

        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.have.id().epoch()).isEqualTo(2);
            assertThat(node.runs("restored.example")).isTrue();
        });
    }

    @Test
    void aDamagedHeadStopsPublishingAndIsSaid() {
        steps(3);
        store.put(Keys.published("contoso"), "x");

        steps(1);

        assertThat(replica.fleet.refusal("contoso")).startsWith("published/contoso: damaged");
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.runs("old.example")).isTrue());
    }

    @Test
    void theTableShowsEachNode() {
        steps(3);
        JsonNode table = SimulatedNode.json(replica.show("/control/v1/nodes"));

        assertThat(table.path("count").asInt()).isEqualTo(4);
        JsonNode first = table.path("value").get(0);
        assertThat(first.path("id").asText()).isEqualTo("e1");
        assertThat(first.path("current").asBoolean()).isTrue();
        assertThat(first.path("member").asBoolean()).isTrue();
        assertThat(first.path("state").asText()).isEqualTo("serving");
        assertThat(first.path("applied")).isEqualTo(first.path("offered"));
    }
}
