package io.isochrone.router.door;

import static io.isochrone.router.door.SimulatedWorld.MILLI;
import static io.isochrone.router.door.SimulatedWorld.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.router.door.SimulatedWorld.Ended;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four hours in which regions die, return and pause by chance, in a second or two; at least one is there at any time. */
final class HoursOfFaultsTest {
    private static final int REGIONS = 4;
    private static final long END = 4 * 3600 * SECOND;
    /** Longer than any hold-down and ramp together. */
    private static final long SETTLED = 400 * SECOND;

    /** When each region's present life began, and until when it is dead, as the plan of faults goes on. */
    private final long[] aliveSince = new long[REGIONS];

    private final long[] deadUntil = new long[REGIONS];

    private int dead(long now) {
        return (int) Arrays.stream(deadUntil).filter(until -> until >= now).count();
    }

    private void plan(SimulatedWorld world, Random random, boolean[][] settled) {
        for (long now = 60 * SECOND; now < END; now += (20 + random.nextInt(280)) * SECOND) {
            int region = random.nextInt(REGIONS);
            if (random.nextInt(4) == 0) {
                long length = random.nextInt(500) * MILLI;
                world.at(now, () -> world.stall(region, length));
            } else if (deadUntil[region] < now && dead(now) < REGIONS - 1) {
                long until = now + (1 + random.nextInt(180)) * SECOND;
                world.at(now, () -> world.kill(region));
                world.at(until, () -> world.revive(region));
                settle(settled[region], aliveSince[region] + SETTLED, now);
                aliveSince[region] = until;
                deadUntil[region] = until;
            }
        }
        for (int region = 0; region < REGIONS; region++) {
            settle(settled[region], aliveSince[region] + SETTLED, END);
        }
    }

    private static void settle(boolean[] seconds, long from, long to) {
        for (long at = from; at < to - SECOND; at += SECOND) {
            seconds[(int) (at / SECOND)] = true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void nothingIsLostAndWhoeverIsWellServesItsOwn(long seed) {
        SimulatedWorld world = new SimulatedWorld(500, 8, NotProcessedMark.OVERLOADED, seed);
        boolean[][] settled = new boolean[REGIONS][(int) (END / SECOND) + 1];
        plan(world, new Random(seed), settled);
        world.load(3, 0, END);
        world.run(END + 60 * SECOND);

        List<Ended> all = world.due(0, END);
        assertThat(all).hasSizeGreaterThan(200_000).allMatch(Ended::isServed);
        long atHome = 0;
        for (Ended one : all) {
            if (settled[one.home()][(int) (one.dueNanos() / SECOND)]) {
                assertThat(one.region()).as("%s", one).isEqualTo(one.home());
                atHome++;
            }
        }
        assertThat(atHome).isGreaterThan(all.size() / 4);
        assertThat(all.stream().filter(one -> one.attempts() > 1).count())
                .as("second attempts")
                .isLessThan(all.size() / 100);
    }
}
