package io.isochrone.bench.soak;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** Counts of requests by kind and verdict, and what the first bad ones were. Thread-safe. */
final class SoakTally {
    private static final int KEPT = 20;

    private final Map<Kind, Map<Verdict, LongAdder>> counts = new EnumMap<>(Kind.class);
    private final Map<Verdict, LongAdder> calm = row();
    private final List<String> bad = new CopyOnWriteArrayList<>();

    SoakTally() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, row());
        }
    }

    private static Map<Verdict, LongAdder> row() {
        Map<Verdict, LongAdder> row = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            row.put(verdict, new LongAdder());
        }
        return row;
    }

    /** Counts a request; {@code what} describes a bad one. */
    void count(Ask ask, Verdict verdict, String what) {
        add(counts.getOrDefault(ask.kind(), Map.of()), verdict);
        if (ask.misdeed() == Misdeed.NONE) {
            add(calm, verdict);
        }
        if (!verdict.isAllowed() && bad.size() < KEPT) {
            bad.add(verdict.word() + " " + ask + ": " + what);
        }
    }

    private static void add(Map<Verdict, LongAdder> row, Verdict verdict) {
        LongAdder adder = row.get(verdict);
        if (adder != null) {
            adder.increment();
        }
    }

    private static long sum(Map<Verdict, LongAdder> row, Verdict verdict) {
        LongAdder adder = row.get(verdict);
        return adder == null ? 0 : adder.sum();
    }

    long of(Kind kind, Verdict verdict) {
        return sum(counts.getOrDefault(kind, Map.of()), verdict);
    }

    long of(Verdict verdict) {
        long sum = 0;
        for (Kind kind : Kind.values()) {
            sum += of(kind, verdict);
        }
        return sum;
    }

    /** Requests that asked for no misdeed. */
    long calm(Verdict verdict) {
        return sum(calm, verdict);
    }

    long total() {
        long sum = 0;
        for (Verdict verdict : Verdict.values()) {
            sum += of(verdict);
        }
        return sum;
    }

    List<String> bad() {
        return List.copyOf(bad);
    }
}
