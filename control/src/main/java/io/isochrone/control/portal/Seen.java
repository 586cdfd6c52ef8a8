package io.isochrone.control.portal;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.store.PastChange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a service, as the page shows it.
 *
 * <p>Immutable; nobody changes the document.
 *
 * @param service its document, as {@code GET} of the management API answers
 * @param operation the one that is running, else the one that ended last and is still known; null: none
 * @param changes the latest audited ones that touched the service, newest first
 */
public record Seen(JsonNode service, @Nullable Operation operation, List<PastChange> changes) {
    /** Copies the changes. */
    public Seen {
        changes = List.copyOf(changes);
    }

    /**
     * An operation that takes time.
     *
     * @param id as in its status URL
     * @param status {@code InProgress}, {@code Succeeded}, {@code Failed} or {@code Canceled}
     * @param percent 0 to 100
     * @param started when
     * @param title what it does, in words; null when that is not known
     * @param target the snapshot that nodes have to apply for it; null while that is not known
     * @param errorCode why it failed; null: it did not
     * @param errorMessage the same for people
     */
    public record Operation(
            String id,
            String status,
            int percent,
            Instant started,
            @Nullable String title,
            @Nullable SnapshotId target,
            @Nullable String errorCode,
            @Nullable String errorMessage) {}
}
