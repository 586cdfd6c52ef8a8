package io.isochrone.control.store;

import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values that change by whole, conditional, numbered commits. What a commit has acknowledged survives the end of the
 * process at any moment.
 *
 * <p>Keys are lower-case text without control characters, at most {@value Change#MAX_KEY_LENGTH} characters, in order of their code
 * points; values are text of at most 1 MiB. One commit holds at most {@value Change#MAX_KEYS} keys and 4 MiB of values. What breaks
 * these bounds is refused by {@link IllegalArgumentException}, and nothing is changed.
 *
 * <p>Thread-safe. Calls wait for disk or network; none is made on an event loop.
 */
public interface Store extends AutoCloseable {
    /** How many audited changes are kept. */
    int KEPT_CHANGES = 10_000;

    /** How large the audited changes that are kept may be together, compressed, in bytes. */
    long KEPT_BYTES = 256L << 20;

    /** Most audited changes of one answer. */
    int MAX_HISTORY = 1_000;

    /** The value of a key, or null. Throws {@link StoreException} when the store cannot be asked. */
    @Nullable
    Entry get(String key);

    /** All entries whose keys begin with {@code prefix}, in order of key, as they were at one revision. */
    Contents list(String prefix);

    /**
     * Makes the change whole, or nothing of it; returns its revision, which is higher than any before.
     *
     * @throws ConflictException when a condition does not hold
     * @throws StoreException when it is not known to be stored: full, unreachable, too late; the message says which, and whether
     *     nothing was changed for certain
     */
    long commit(Change change);

    /**
     * Audited changes, newest first, of those below revision {@code before} (0: from the newest), at most {@code limit} (1 to
     * {@value #MAX_HISTORY}). The newest {@value #KEPT_CHANGES} are kept, fewer when they are larger than {@value #KEPT_BYTES} bytes
     * together; older ones are dropped as new ones come.
     */
    List<PastChange> history(long before, int limit);

    /**
     * Tells of new revisions until closed; several may be told as one, the newest is always told. Called on a thread of the store,
     * so it must be short.
     */
    Watch watch(LongConsumer newest);

    /**
     * Takes or renews a lease: true when {@code owner} holds the role for {@code time} from now; false when somebody else does. One
     * that is not renewed ends by itself.
     */
    boolean lead(String role, String owner, Duration time);

    @Override
    void close();

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
