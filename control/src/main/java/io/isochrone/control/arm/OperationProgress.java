package io.isochrone.control.arm;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an operation is.
 *
 * <p>Immutable.
 *
 * @param id as in its URLs
 * @param status {@code InProgress}, {@code Succeeded} or {@code Failed}
 * @param percent 0 to 100
 * @param started when
 * @param title what it does, in words
 * @param waitsFor a sentence each
 * @param code why it failed; null: it did not
 * @param message the same for people
 */
public record OperationProgress(
        String id,
        String status,
        int percent,
        Instant started,
        String title,
        List<String> waitsFor,
        @Nullable String code,
        @Nullable String message) {
    public OperationProgress {
        waitsFor = List.copyOf(waitsFor);
    }
}
