package io.isochrone.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * How one request of a load run ended.
 *
 * <p>Immutable.
 *
 * @param dueNanos when it was due, after the start of the run
 * @param latencyNanos from then until the whole response or the failure
 * @param status status code; 0 when no head came
 * @param region what {@code Isochrone-Region} said, or null
 * @param client index into the plan's clients, or -1
 * @param failure why it failed, or null
 */
public record Sample(
        long dueNanos,
        long latencyNanos,
        int status,
        @Nullable String region,
        int client,
        @Nullable LoadFailure failure) {}
