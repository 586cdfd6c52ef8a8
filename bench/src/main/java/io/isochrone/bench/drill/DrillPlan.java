package io.isochrone.bench.drill;

import io.isochrone.bench.world.Front;
import io.isochrone.bench.world.WorldPlan;
import io.isochrone.bench.world.WorldSetup;
import io.isochrone.config.model.UpstreamHttp;
import java.time.Duration;

/**
 * A drill as it is run.
 *
 * <p>Immutable.
 *
 * @param drill which
 * @param ratePerSecond requests due per second
 * @param warmUp load before the measured time
 * @param times when what happens
 * @param load what clients send
 * @param delay whether distances are simulated
 * @param upstream what router and gateways speak
 * @param front what routes
 * @param seed of all choices of the load
 */
public record DrillPlan(
        Drill drill,
        double ratePerSecond,
        Duration warmUp,
        DrillTimes times,
        DrillLoad load,
        boolean delay,
        UpstreamHttp upstream,
        Front front,
        long seed) {
    private static final double MAX_REQUESTS = 5_000_000;

    public DrillPlan {
        if (!(ratePerSecond > 0)) {
            throw new IllegalArgumentException("rate: " + ratePerSecond + " (expected: above 0)");
        }
        if (ratePerSecond * times.duration().toSeconds() > MAX_REQUESTS) {
            throw new IllegalArgumentException("rate times duration: "
                    + ratePerSecond * times.duration().toSeconds() + " (expected: at most 5000000)");
        }
        if (front != Front.ISOCHRONE
                && (drill.target() == Target.ROUTER || drill.setup().dnsPort() != 0)) {
            throw new IllegalArgumentException(
                    "front: " + front.word() + " (expected: isochrone in the drill " + drill.name() + ")");
        }
    }

    /** The drill as it stands, at 2,000 requests per second. */
    public static DrillPlan of(Drill drill) {
        return new DrillPlan(
                drill,
                2000,
                Duration.ofSeconds(10),
                drill.times(),
                drill.load(),
                true,
                drill.setup().upstream(),
                Front.ISOCHRONE,
                0);
    }

    /** What the world is made of. Its nodes rehearse no longer than the load warms up. */
    WorldSetup setup() {
        WorldSetup own = drill.setup();
        long backendNanos =
                load.capacityShare() == 0 ? 0 : (long) (1e9 * WorldPlan.units() * load.capacityShare() / ratePerSecond);
        return new WorldSetup(
                delay,
                upstream,
                own.repeatsWrites(),
                own.accessLog(),
                backendNanos,
                own.restartDelay(),
                own.dnsPort(),
                warmUp.compareTo(own.rehearsal()) < 0 ? warmUp : own.rehearsal());
    }

    /** Requests per second that all backends but those of {@code without} regions' nodes can do; without bound: all that are due. */
    double capacity(int deadNodes) {
        double all = load.capacityShare() == 0 ? ratePerSecond : ratePerSecond / load.capacityShare();
        double left = load.capacityShare() == 0 ? all : all * (WorldPlan.units() - deadNodes) / WorldPlan.units();
        return Math.min(left, ratePerSecond);
    }
}
