package io.isochrone.bench.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * When which fault begins and ends. Time is cut into slots of equal length; each has one fault, which ends after three quarters of its slot. Every fault comes once before
 * any comes again, in an order that the seed gives.
 *
 * <p>Immutable.
 *
 * @param events in order of time
 */
record Rhythm(List<Event> events) {
    private static final long LONGEST_SLOT_NANOS = 6_000_000_000L;
    private static final List<Misdeed> MISDEEDS = Arrays.stream(Misdeed.values())
            .filter(misdeed -> misdeed != Misdeed.NONE)
            .toList();
    private static final int FAULTS = MISDEEDS.size() + 2;

    Rhythm {
        events = List.copyOf(events);
    }

    /** What happens. */
    enum Act {
        /** Backends begin to misbehave. */
        MISBEHAVE,
        /** Backends behave again. */
        BEHAVE,
        /** A gateway is killed (SIGKILL). */
        KILL,
        /** It is started again on its port. */
        RESTART,
        /** A gateway is stopped (SIGSTOP): its connections stay, nothing answers. */
        FREEZE,
        /** It goes on (SIGCONT). */
        THAW
    }

    /** An act at a time after the start; {@code misdeed} is NONE unless backends misbehave. Immutable. */
    record Event(long atNanos, Act act, Misdeed misdeed) {}

    static Rhythm of(Duration duration, long seed) {
        long slot = Math.min(LONGEST_SLOT_NANOS, duration.toNanos() / FAULTS);
        SplittableRandom random = new SplittableRandom(seed);
        List<Event> events = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (long at = 0; at + slot <= duration.toNanos(); at += slot) {
            if (left.isEmpty()) {
                for (int i = 0; i < FAULTS; i++) {
                    left.add(random.nextInt(left.size() + 1), i);
                }
            }
            int fault = left.remove(left.size() - 1);
            long end = at + slot * 3 / 4;
            if (fault == 0) {
                events.add(new Event(at, Act.KILL, Misdeed.NONE));
                events.add(new Event(end, Act.RESTART, Misdeed.NONE));
            } else if (fault == 1) {
                events.add(new Event(at, Act.FREEZE, Misdeed.NONE));
                events.add(new Event(end, Act.THAW, Misdeed.NONE));
            } else {
                events.add(new Event(at, Act.MISBEHAVE, MISDEEDS.get(fault - 2)));
                events.add(new Event(end, Act.BEHAVE, Misdeed.NONE));
            }
        }
        return new Rhythm(events);
    }
}
