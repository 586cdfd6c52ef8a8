package io.isochrone.bench.drill;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.world.WorldSetup;
import java.time.Duration;
import java.util.List;

/**
 * What goes wrong when under which load, and how little that may cost.
 *
 * <p>Immutable.
 *
 * @param name how it is asked for
 * @param about what goes wrong, in a few words
 * @param target to what
 * @param fault what
 * @param period how long the fault and its absence last by turns; zero: it lasts
 * @param load what clients send
 * @param times how long, from when, until when
 * @param setup what the world is made of; how much backends can do comes from the load
 * @param goals what it may cost
 */
public record Drill(
        String name,
        String about,
        Target target,
        Fault fault,
        Duration period,
        DrillLoad load,
        DrillTimes times,
        WorldSetup setup,
        List<Goal> goals) {
    public Drill {
        goals = List.copyOf(goals);
    }
}
