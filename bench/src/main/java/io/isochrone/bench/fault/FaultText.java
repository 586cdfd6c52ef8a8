package io.isochrone.bench.fault;

import io.isochrone.config.problem.Suggestion;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/**
 * Faults as people and processes write them: a name, for some with {@code =} and a number behind it, such as {@code slow=20}. Thread-safe: no state.
 */
public final class FaultText {
    private static final Map<String, Supplier<Fault>> PLAIN = new LinkedHashMap<>();
    private static final Map<String, DoubleFunction<Fault>> NUMBERED = new LinkedHashMap<>();
    private static final Map<String, Double> USUAL =
            Map.of("slow", 20.0, "trickle", 500.0, "unavailable", 0.5, "backend-unavailable", 0.5);

    static {
        PLAIN.put("none", Fault.Pass::new);
        PLAIN.put("kill", Fault.Kill::new);
        PLAIN.put("freeze", Fault.Freeze::new);
        PLAIN.put("refuse", Fault.Refuse::new);
        PLAIN.put("black-hole", Fault.Blackhole::new);
        PLAIN.put("reset", () -> new Fault.ResetAfter(Fault.Direction.REQUEST, 0));
        PLAIN.put("reset-head", () -> new Fault.ResetWithin(Fault.Part.HEAD));
        PLAIN.put("reset-body", () -> new Fault.ResetWithin(Fault.Part.BODY));
        PLAIN.put("half-close", Fault.HalfClose::new);
        PLAIN.put("garbage", Fault.Garbage::new);
        PLAIN.put("probes-fail", () -> new Fault.ProbesLie(false));
        PLAIN.put("data-fails", () -> new Fault.ProbesLie(true));
        NUMBERED.put("slow", Fault.Slow::new);
        NUMBERED.put("trickle", millis -> new Fault.Drip(Duration.ofNanos((long) (millis * 1e6))));
        NUMBERED.put("unavailable", share -> new Fault.Unavailable(Fault.Answerer.LINK, share));
        NUMBERED.put("backend-unavailable", share -> new Fault.Unavailable(Fault.Answerer.BACKEND, share));
    }

    private FaultText() {}

    /** All names, for messages and help. */
    public static List<String> names() {
        List<String> all = new java.util.ArrayList<>(PLAIN.keySet());
        all.addAll(NUMBERED.keySet());
        return List.copyOf(all);
    }

    /** Reads a fault. Throws IllegalArgumentException that names the nearest name and all others. */
    public static Fault parse(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        Supplier<Fault> plain = PLAIN.get(name);
        if (plain != null && equals < 0) {
            return plain.get();
        }
        DoubleFunction<Fault> numbered = NUMBERED.get(name);
        if (numbered != null) {
            try {
                return numbered.apply(
                        equals < 0 ? USUAL.getOrDefault(name, 1.0) : Double.parseDouble(text.substring(equals + 1)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("fault: \"" + text + "\" (expected: a number behind =)", e);
            }
        }
        String meant = Suggestion.nearest(name, names());
        throw new IllegalArgumentException("fault: \"" + text + "\" (expected: one of " + String.join(", ", names())
                + (meant == null ? "" : "; did you mean \"" + meant + "\"?") + ")");
    }

    /** The text that {@link #parse} reads as an equal fault. Throws IllegalArgumentException for faults that only tests name. */
    public static String of(Fault fault) {
        for (Map.Entry<String, Supplier<Fault>> entry : PLAIN.entrySet()) {
            if (entry.getValue().get().equals(fault)) {
                return entry.getKey();
            }
        }
        if (fault instanceof Fault.Slow slow) {
            return "slow=" + slow.times();
        }
        if (fault instanceof Fault.Drip drip) {
            return "trickle=" + drip.every().toNanos() / 1e6;
        }
        if (fault instanceof Fault.Unavailable unavailable) {
            boolean link = unavailable.by() == Fault.Answerer.LINK;
            return (link ? "unavailable=" : "backend-unavailable=") + unavailable.share();
        }
        throw new IllegalArgumentException("fault: " + fault + " (expected: one that has a name)");
    }
}
