package io.isochrone.bench.drill;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The goals that drills have. Thread-safe: no state. */
final class Goals {
    private Goals() {}

    /** No request fails. */
    static Goal noFailure() {
        return count("no request fails", DrillFigures::failed, 0);
    }

    /** No request is executed twice. */
    static Goal nothingTwice() {
        return count("nothing is executed twice", DrillFigures::executedTwice, 0);
    }

    /** What fails was on the wire, and its answer says so. */
    static Goal onlyOnTheWire() {
        return count(
                "only what was on the wire fails, answered 502 or 504 that say so",
                DrillFigures::failedWithoutReason,
                0);
    }

    /** A worst latency above distance. */
    static Goal worst(long millis) {
        return millis("worst above distance", false, DrillFigures::worstNanos, millis);
    }

    /** A number of requests over 50 ms above distance. */
    static Goal slow(long most) {
        return new Goal(
                "at most " + most + " requests over 50 ms above distance",
                false,
                figures -> Long.toString(figures.slow()),
                figures -> figures.slow() <= most);
    }

    /** The 99th percentile is back to normal soon. */
    static Goal normalWithin(long millis) {
        return millis("p99 back to normal", false, DrillFigures::backToNormalNanos, millis);
    }

    /** Requests fail for a short time only. */
    static Goal lastFailure(long millis) {
        return millis("last failure after the fault", true, DrillFigures::lastFailureNanos, millis);
    }

    /** Traffic moves seldom. */
    static Goal moves(int most) {
        return new Goal(
                "at most " + most + " moves of traffic",
                false,
                figures -> Integer.toString(figures.moves()),
                figures -> figures.moves() <= most);
    }

    /** Few answers are 503. */
    static Goal unavailable(double percent) {
        return atMost("share of answers 503, %", figures -> 100 * figures.unavailableShare(), percent);
    }

    /** Few requests fail, in percent. */
    static Goal failedShare(double percent) {
        return atMost(
                "share of requests that fail, %", figures -> 100.0 * figures.failed() / figures.requests(), percent);
    }

    /** Shown beside the goals: how often the router sent each request. */
    static Goal attempts(double most) {
        return atMost("attempts for each request", DrillFigures::attemptsPerRequest, most);
    }

    /** Sheds are answered quickly. */
    static Goal shed(long millis) {
        return millis("p99 of answers 503", false, DrillFigures::shedP99Nanos, millis);
    }

    /** What is served while others are shed is served well. */
    static Goal admitted() {
        return new Goal(
                "p99 of what is served at most twice the normal one",
                false,
                figures -> ms(figures.admittedP99Nanos()) + " of normally " + ms(figures.normalP99Nanos()),
                figures -> figures.admittedP99Nanos() <= 2 * figures.normalP99Nanos());
    }

    /** What is left serves as much as it can. */
    static Goal noCollapse() {
        return new Goal(
                "served at least 80 % of what those left can do",
                false,
                figures -> String.format(
                        Locale.ROOT, "%.0f/s of %.0f/s", figures.servedPerSecond(), figures.capacityPerSecond()),
                figures -> figures.servedPerSecond() >= 0.8 * figures.capacityPerSecond());
    }

    /** All is well soon after the healing. */
    static Goal recovery(long millis) {
        return seen("all well after the healing", DrillFigures::recoveryNanos, millis);
    }

    /** The first request comes home soon. */
    static Goal homeFirst(long millis) {
        return seen("first request at home", DrillFigures::homeFirstNanos, millis);
    }

    /** All requests come home soon. */
    static Goal homeFull(long millis) {
        return seen("full share at home", DrillFigures::homeFullNanos, millis);
    }

    private static Goal seen(String words, ToLongFunction<DrillFigures> nanos, long millis) {
        return new Goal(
                words + " within " + millis + " ms",
                false,
                figures -> nanos.applyAsLong(figures) < 0 ? "never" : ms(nanos.applyAsLong(figures)),
                figures -> nanos.applyAsLong(figures) >= 0 && nanos.applyAsLong(figures) <= millis * 1_000_000);
    }

    private static Goal count(String words, ToLongFunction<DrillFigures> count, long most) {
        return new Goal(
                words,
                true,
                figures -> Long.toString(count.applyAsLong(figures)),
                figures -> count.applyAsLong(figures) <= most);
    }

    private static Goal millis(String words, boolean always, ToLongFunction<DrillFigures> nanos, long millis) {
        return new Goal(
                words + " within " + millis + " ms",
                always,
                figures -> nanos.applyAsLong(figures) < 0 ? "none" : ms(nanos.applyAsLong(figures)),
                figures -> nanos.applyAsLong(figures) <= millis * 1_000_000);
    }

    private static Goal atMost(String words, ToDoubleFunction<DrillFigures> value, double most) {
        return new Goal(
                words + " at most " + most,
                false,
                figures -> String.format(Locale.ROOT, "%.3f", value.applyAsDouble(figures)),
                figures -> value.applyAsDouble(figures) <= most);
    }

    private static String ms(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
