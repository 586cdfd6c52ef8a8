package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.publish.Rollout.Act;
import io.isochrone.control.publish.Rollout.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RolloutTest {
    @ParameterizedTest(name = "in {0} {1} means {2}")
    @CsvSource({
        "IDLE, CHANGED, BEGIN",
        "IDLE, UNDONE, NONE",
        "IDLE, SOAKED, NONE",
        "IDLE, FAILED, NONE",
        "IDLE, STALLED, NONE",
        "CANARY, CHANGED, REPLACE",
        "CANARY, UNDONE, ROLL_BACK",
        "CANARY, SOAKED, WIDEN",
        "CANARY, FAILED, ROLL_BACK",
        "CANARY, STALLED, NEXT_CANARY",
        "REGION, CHANGED, WAIT",
        "REGION, UNDONE, ROLL_BACK",
        "REGION, SOAKED, WIDEN",
        "REGION, FAILED, ROLL_BACK",
        "REGION, STALLED, ROLL_BACK",
        "ALL, CHANGED, PROMOTE_AND_BEGIN",
        "ALL, UNDONE, ROLL_BACK",
        "ALL, SOAKED, PROMOTE",
        "ALL, FAILED, ROLL_BACK",
        "ALL, STALLED, ROLL_BACK"
    })
    void everyStageKnowsEveryEvent(Stage stage, Event event, Act act) {
        assertThat(Rollout.act(stage, event)).isEqualTo(act);
    }

    @Test
    void theTableIsWhole() {
        assertThat(Stage.values().length * Event.values().length).isEqualTo(20);
    }
}
