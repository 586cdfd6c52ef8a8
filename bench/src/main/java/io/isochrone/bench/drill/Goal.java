package io.isochrone.bench.drill;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a drill may cost.
 *
 * <p>Immutable.
 *
 * @param words for people
 * @param inEveryRun whether every run must keep to it, as for lost requests; otherwise the middle one of several runs decides
 * @param measured what is compared, for people
 * @param isMet whether a run keeps to it
 */
public record Goal(
        String words, boolean inEveryRun, Function<DrillFigures, String> measured, Predicate<DrillFigures> isMet) {}
