package io.isochrone.router.door;

import static io.isochrone.router.door.SimulatedWorld.MILLI;
import static io.isochrone.router.door.SimulatedWorld.SECOND;
import static io.isochrone.router.door.SimulatedWorld.WEST_EUROPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.router.door.SimulatedWorld.Ended;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P9: the region with two fifths of all that can be done dies while four fifths of it are asked for. */
final class OverloadSimulationTest {
    private static final int NODE_PER_SECOND = 500;
    private static final int QUEUE = 8;
    private static final long DEATH = 6 * SECOND;
    private static final long RETURN = 17 * SECOND;
    private static final long END = 25 * SECOND;

    private static SimulatedWorld world(long seed) {
        // full nodes and full APIs by turns
        String refusal = seed % 2 == 0 ? NotProcessedMark.OVERLOADED : NotProcessedMark.BULKHEAD_FULL;
        SimulatedWorld world = new SimulatedWorld(NODE_PER_SECOND, QUEUE, refusal, seed);
        world.load(0.8 * NODE_PER_SECOND, 0, END);
        world.at(DEATH, () -> world.kill(WEST_EUROPE));
        world.at(RETURN, () -> world.revive(WEST_EUROPE));
        world.run(END + 5 * SECOND);
        return world;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void theOthersServeWhatTheyCanAndTheRestIsRefusedAtOnce(long seed) {
        SimulatedWorld world = world(seed);
        double normal = world.p99(2 * SECOND, DEATH, Ended::isServed);
        long learned = DEATH + 2 * SECOND;
        List<Ended> refused =
                world.due(DEATH, RETURN).stream().filter(one -> !one.isServed()).toList();

        assertThat(world.p99(learned, RETURN, Ended::isServed)).as("admitted").isLessThan(2 * normal);
        assertThat(world.servedPerSecond(learned, RETURN))
                .as("of 1500 a second")
                .isGreaterThan(0.85 * 3 * NODE_PER_SECOND);
        assertThat(refused).hasSizeGreaterThan(1000);
        assertThat(refused.stream().filter(one -> one.nanos() > 5 * MILLI).count())
                .as("refused only after they had been far")
                .isLessThan(refused.size() / 20);
        assertThat(refused.stream()
                        .filter(one -> one.dueNanos() > learned && one.nanos() > 5 * MILLI)
                        .count())
                .as("the same when all is learned")
                .isLessThan(refused.size() / 50);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4})
    void allIsWellSoonAfterItsReturn(long seed) {
        SimulatedWorld world = world(seed);
        double normal = world.p99(2 * SECOND, DEATH, Ended::isServed);
        long soon = RETURN + 2 * SECOND;

        assertThat(world.due(soon, END).stream().filter(one -> !one.isServed()).count())
                .as("refused")
                .isLessThan(world.due(soon, END).size() / 1000);
        assertThat(world.p99(soon, END, Ended::isServed)).isLessThan(2 * normal);
    }

    @Test
    void hardlyAnythingIsRefusedWhileThereIsRoom() {
        SimulatedWorld world = new SimulatedWorld(NODE_PER_SECOND, QUEUE, NotProcessedMark.OVERLOADED, 7);
        world.load(0.4 * NODE_PER_SECOND, 0, 60 * SECOND);
        world.at(10 * SECOND, () -> world.kill(WEST_EUROPE));
        world.at(40 * SECOND, () -> world.revive(WEST_EUROPE));
        world.run(65 * SECOND);

        List<Ended> all = world.due(0, 60 * SECOND);
        assertThat(all).hasSizeGreaterThan(40_000);
        assertThat(all.stream().filter(one -> !one.isServed()).count()).isLessThan(all.size() / 500);
    }

    /** A limit that follows every refusal sinks for ever when pauses cause some at any rate. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void pausesOfNodesDoNotMakeTheLimitsSink(long seed) {
        SimulatedWorld world = new SimulatedWorld(NODE_PER_SECOND, QUEUE, NotProcessedMark.OVERLOADED, seed);
        world.load(0.8 * NODE_PER_SECOND, 0, END);
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            int region = random.nextInt(4);
            long length = random.nextInt(60) * MILLI;
            world.at((long) (random.nextDouble() * END), () -> world.stall(region, length));
        }
        world.run(END + 5 * SECOND);

        List<Ended> all = world.due(0, END);
        assertThat(all.stream().filter(one -> !one.isServed()).count()).isLessThan(all.size() / 200);
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(world(3).due(0, END)).isEqualTo(world(3).due(0, END));
    }
}
