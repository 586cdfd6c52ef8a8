package io.isochrone.control.http;

import java.util.concurrent.CompletionStage;

/**
 * A part of the control plane that answers calls below one path. Thread-safe: called by many threads at once. It may wait for the
 * store, never for a client; what waits longer is answered later by completing the stage.
 */
public interface Endpoint {
    /** Answers; a failed stage is answered with 500 and logged. */
    CompletionStage<Reply> answer(Call call);
}
