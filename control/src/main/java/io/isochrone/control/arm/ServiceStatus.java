package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.config.wire.SnapshotId;
import io.isochrone.control.store.PastChange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a service besides its nodes.
 *
 * <p>Immutable; nobody changes the document.
 *
 * @param service its document, as {@code GET} answers
 * @param work the operation that is under way, else the one that ended last and is still known; null: none
 * @param changes the latest that touched the service or what belongs to it, newest first
 */
public record ServiceStatus(JsonNode service, @Nullable Work work, List<PastChange> changes) {
    /** Copies the changes. */
    public ServiceStatus {
        changes = List.copyOf(changes);
    }

    /**
     * An operation that takes time.
     *
     * @param id as in its status URL
     * @param status {@code InProgress}, {@code Succeeded} or {@code Failed}
     * @param percent 0 to 100
     * @param started when
     * @param title what it does, in words; null when that is not known any more
     * @param target the snapshot that nodes have to apply for it; null while that is not known
     * @param notes what it waits for, a sentence each
     * @param errorCode why it failed; null: it did not
     * @param errorMessage the same for people
     */
    public record Work(
            String id,
            String status,
            int percent,
            Instant started,
            @Nullable String title,
            @Nullable SnapshotId target,
            List<String> notes,
            @Nullable String errorCode,
            @Nullable String errorMessage) {
        /** Copies the notes. */
        public Work {
            notes = List.copyOf(notes);
        }
    }
}
