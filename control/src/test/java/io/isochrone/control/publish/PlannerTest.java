package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.publish.Rollout.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PlannerTest {
    private final Stored stored = new Stored()
            .with(Stored.service("westeurope", "eastasia"))
            .with("apis/a", Stored.api("a", "a", "http://old.example"));

    private List<NodeFacts> nodes = List.of(
            Facts.gateway("w1", "westeurope", 0),
            Facts.gateway("w2", "westeurope", 0),
            Facts.gateway("e1", "eastasia", 0));

    private @Nullable Published published;
    private @Nullable String refusal;

    @BeforeEach
    void publishFirst() {
        plan(Soak.Finding.NONE);
    }

    private Published plan(Soak.Finding finding) {
        Planner.Plan plan = Planner.plan(
                published, stored.wanted(), Members.NONE.next(nodes).members(), nodes, finding);
        published = plan.published();
        refusal = plan.refusal();
        return Objects.requireNonNull(published);
    }

    private Published plan(Event event) {
        return plan(new Soak.Finding(event, "because"));
    }

    private Published plan() {
        return plan(Soak.Finding.NONE);
    }

    private Published changeApi(String url) {
        stored.with("apis/a", Stored.api("a", "a", url));
        return plan();
    }

    private static SnapshotId version(long version) {
        return new SnapshotId(1, version);
    }

    @Test
    void theFirstContentGoesToEverybody() {
        Published first = plan();

        assertThat(first.stable().id()).isEqualTo(version(1));
        assertThat(first.candidate()).isNull();
        assertThat(first.stable().gateways().get("service")).doesNotContain("w1.example");
        assertThat(first.stable().routers().get("service")).contains("w1.example:8080", "e1.example:8080");
    }

    @Test
    void equalContentMakesNoVersionP17() {
        Published before = plan();

        assertThat(plan()).isSameAs(before);
        stored.with(Stored.service("westeurope", "eastasia"));
        assertThat(plan().last()).isEqualTo(before.last());
    }

    @Test
    void changedApisGoToOneNodeThenToItsRegionThenToAll() {
        Published canary = changeApi("http://new.example");
        assertThat(canary.stage()).isEqualTo(Stage.CANARY);
        assertThat(canary.stable().id()).isEqualTo(version(1));
        assertThat(canary.lineFor(true, "e1", "eastasia").id()).isEqualTo(version(2));
        assertThat(canary.lineFor(true, "w1", "westeurope").id()).isEqualTo(version(1));
        assertThat(canary.lineFor(false, "r", null).id()).isEqualTo(version(1));

        Published all = plan(Event.SOAKED);
        assertThat(all.stage()).as("the canary is its region's only node").isEqualTo(Stage.ALL);
        assertThat(all.lineFor(false, "r", null).id()).isEqualTo(version(2));

        Published done = plan(Event.SOAKED);
        assertThat(done.candidate()).isNull();
        assertThat(done.stable().id()).isEqualTo(version(2));
        assertThat(done.stable().gateways().get("apis/a")).contains("new.example");
    }

    @Test
    void aRegionWithFurtherNodesIsAStageOfItsOwn() {
        nodes = List.of(
                Facts.gateway("a1", "eastasia", 0),
                Facts.gateway("a2", "eastasia", 0),
                Facts.gateway("w1", "westeurope", 0));
        plan();
        changeApi("http://new.example");

        Published region = plan(Event.SOAKED);

        assertThat(region.stage()).isEqualTo(Stage.REGION);
        assertThat(region.lineFor(true, "a2", "eastasia").id())
                .isEqualTo(region.candidate().line().id());
        assertThat(region.lineFor(true, "w1", "westeurope").id())
                .isEqualTo(region.stable().id());
    }

    @Test
    void aFailedRolloutGivesEverybodyTheOldContentAboveTheBadVersionP16() {
        changeApi("http://bad.example");

        Published back = plan(Event.FAILED);

        assertThat(back.candidate()).isNull();
        assertThat(back.stable().id()).isEqualTo(version(3));
        assertThat(back.stable().gateways().get("apis/a")).contains("old.example");
        assertThat(refusal).isEqualTo("taken back: because");
        assertThat(plan()).as("it does not come again by itself").isSameAs(back);
    }

    @Test
    void whatWasTakenBackComesAgainOnlyWhenTheResourcesChange() {
        changeApi("http://bad.example");
        plan(Event.FAILED);

        Published next = changeApi("http://good.example");

        assertThat(next.stage()).isEqualTo(Stage.CANARY);
        assertThat(next.candidate().line().id()).isEqualTo(version(4));
        assertThat(refusal).isNull();
    }

    @Test
    void anOperatorWhoUndoesAChangeEndsItsRollout() {
        changeApi("http://new.example");

        Published back = changeApi("http://old.example");

        assertThat(back.candidate()).isNull();
        assertThat(back.stable().id()).isEqualTo(version(3));
        assertThat(refusal).isNull();
    }

    @Test
    void topologySkipsStagesAndLeavesTheRolloutWhereItIs() {
        changeApi("http://new.example");
        stored.with(Stored.service("westeurope", "eastasia!"));

        Published next = plan();

        assertThat(next.stable().id()).isEqualTo(version(3));
        assertThat(next.stable().routers().get("service")).contains("\"gateway-disabled\":true");
        assertThat(next.stable().gateways().get("apis/a")).contains("old.example");
        assertThat(next.candidate().line().id()).isEqualTo(version(4));
        assertThat(next.candidate().line().routers().get("service")).contains("\"gateway-disabled\":true");
        assertThat(next.candidate().ids()).containsExactly(version(2), version(4));
    }

    @Test
    void aNodeThatLeavesChangesNothingForGateways() {
        Published before = plan();
        nodes = nodes.subList(0, 2);

        Published next = plan();

        assertThat(next.stable().gateways()).isEqualTo(before.stable().gateways());
        assertThat(next.stable().routers()).isNotEqualTo(before.stable().routers());
    }

    @Test
    void withOneGatewayNodeItHasANewApiAtOnceAndIsWatched() {
        nodes = nodes.subList(0, 1);
        plan();

        Published next = changeApi("http://new.example");

        assertThat(next.stage()).isEqualTo(Stage.ALL);
        assertThat(plan(Event.FAILED).stable().gateways().get("apis/a")).contains("old.example");
    }

    @Test
    void withoutAnyGatewayNodeANewApiIsStableAtOnce() {
        nodes = List.of();
        plan();

        Published next = changeApi("http://new.example");

        assertThat(next.candidate()).isNull();
        assertThat(next.stable().gateways().get("apis/a")).contains("new.example");
    }

    @Test
    void aNewerChangeReplacesACanarysCandidateWaitsInARegionAndFollowsInTheLastStage() {
        nodes = List.of(
                Facts.gateway("a1", "eastasia", 0),
                Facts.gateway("a2", "eastasia", 0),
                Facts.gateway("w1", "westeurope", 0));
        plan();
        changeApi("http://one.example");

        Published replaced = changeApi("http://two.example");
        assertThat(replaced.candidate().line().gateways().get("apis/a")).contains("two.example");
        assertThat(replaced.candidate().ids()).hasSize(1);

        plan(Event.SOAKED);
        Published waits = changeApi("http://three.example");
        assertThat(waits.stage()).isEqualTo(Stage.REGION);
        assertThat(waits.candidate().line().gateways().get("apis/a")).contains("two.example");

        Published begun = plan(Event.SOAKED);
        assertThat(begun.stable().gateways().get("apis/a")).contains("two.example");
        assertThat(begun.stage()).isEqualTo(Stage.CANARY);
        assertThat(begun.candidate().line().gateways().get("apis/a")).contains("three.example");
    }

    @Test
    void aStalledCanaryIsReplacedTwiceThenTheRolloutEnds() {
        Published first = changeApi("http://new.example");
        String canary = first.candidate().canary();

        Published second = plan(Event.STALLED);
        assertThat(second.candidate().canary()).isNotEqualTo(canary);
        assertThat(second.stable().id()).isGreaterThan(first.candidate().line().id());
        plan(Event.STALLED);

        Published ended = plan(Event.STALLED);

        assertThat(ended.candidate()).isNull();
        assertThat(refusal).isEqualTo("taken back: because");
    }

    @Test
    void whatNodesWouldRefuseIsNotPublishedAndTopologyGoesOn() {
        stored.with("apis/a", Stored.api("a", "a b", "http://new.example"));
        stored.with(Stored.service("westeurope", "eastasia", "uksouth"));

        Published next = plan();

        assertThat(refusal).startsWith("gateways would refuse it: apis[0].path: \"/a b\" (expected:");
        assertThat(next.stable().gateways().get("apis/a")).contains("old.example");
        assertThat(next.stable().gateways().get("service")).contains("uksouth");
    }

    @Test
    void aServiceWhoseGatewaysAreAllSwitchedOffIsNotPublished() {
        Published before = plan();
        stored.with(Stored.service("westeurope!", "eastasia!"));

        assertThat(plan().stable()).isEqualTo(before.stable());
        assertThat(refusal).contains("every gateway is disabled");
    }

    @Test
    void locationsThatAChangeOfTheResourceRemovedMayBeMissed() {
        stored.with(Stored.service("westeurope", "eastasia", "uksouth"));
        plan();
        stored.with(Stored.service("westeurope"));

        Published next = plan();

        assertThat(next.regions()).containsExactly("westeurope");
        assertThat(next.isIntended(Set.of("westeurope", "eastasia", "uksouth"))).isTrue();
        assertThat(next.isIntended(Set.of("westeurope", "eastasia"))).isFalse();
        assertThat(next.isIntended(Set.of("westus", "eastus", "westeurope"))).isFalse();
    }

    @Test
    void locationsThatVanishWithoutAChangeOfTheResourceAreKeptP15() {
        Published before = plan();
        ServiceInput shrunk = new ServiceInput(
                "Contoso",
                "Premium",
                null,
                List.of(new LocationInput("westeurope", 1, false)),
                new TreeMap<>(),
                before.resource());
        Wanted wanted = stored.wanted();

        Planner.Plan plan = Planner.plan(
                before,
                new Wanted(shrunk, wanted.subscriptions(), wanted.apis(), null),
                List.of(),
                nodes,
                Soak.Finding.NONE);

        assertThat(plan.published()).isSameAs(before);
        assertThat(plan.refusal()).startsWith("service: locations [westeurope]");
    }

    @Test
    void aRestoredStoreBeginsAHigherEpoch() {
        Published after = plan().after(new SnapshotId(1, 40));

        assertThat(after.stable().id()).isEqualTo(new SnapshotId(2, 1));
        assertThat(after.last()).isEqualTo(new SnapshotId(2, 1));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        List<Published> all = new ArrayList<>();
        all.add(plan());
        all.add(changeApi("http://new.example"));
        all.add(plan(Event.SOAKED));
        all.add(plan(Event.FAILED));
        stored.with(Stored.service("westeurope"));
        all.add(plan());

        assertThat(all)
                .allSatisfy(each -> assertThat(PublishedText.read("p", PublishedText.write(each)))
                        .isEqualTo(each));
    }
}
