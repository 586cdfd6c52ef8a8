package io.isochrone.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * What the requests of a run are besides their method and path.
 *
 * <p>Immutable.
 *
 * @param ids what each request's {@code X-Req-Id} begins with, before its number; null: no such field
 * @param posts the share of the requests that are POSTs with a body of {@value #POST_BYTES} bytes, drawn by the plan's seed
 * @param keyed whether POSTs carry an Idempotency-Key
 * @param http2 whether they go by HTTP/2 in cleartext with prior knowledge (RFC 9113 §3.3)
 */
public record LoadKind(@Nullable String ids, double posts, boolean keyed, boolean http2) {
    /** No ids, no POSTs beside the plan's method, HTTP/1.1. */
    public static final LoadKind PLAIN = new LoadKind(null, 0, false, false);

    static final int POST_BYTES = 100;

    public LoadKind {
        if (!(posts >= 0 && posts <= 1)) {
            throw new IllegalArgumentException("posts: " + posts + " (expected: 0 to 1)");
        }
    }
}
