package io.isochrone.control.http;

import java.util.concurrent.CompletionStage;

/**
 * Where an answer that is written over time goes. A reader that is so slow that more than {@value #MOST_PENDING} bytes wait for it is
 * cut off; so is one whose token is no longer good. A connection on which nothing is sent for {@value ControlServer#IDLE_SECONDS} s
 * is closed: send a comment now and then.
 *
 * <p>Thread-safe: anybody sends; sending never waits for the reader.
 */
public interface Lines {
    /** Most bytes that may wait for a slow reader. */
    int MOST_PENDING = 256 * 1024;

    /** Sends text as it is; false when the reader is gone or was cut off, after which nothing more is sent. */
    boolean send(String text);

    /** Done when all that was sent until now has been taken by the connection; failed when the reader is gone. */
    CompletionStage<Void> taken();

    /** Ends the answer after what was sent. */
    void close();

    /** Runs {@code task} once when the answer has ended for whatever reason, at once when it has already. It must be short. */
    void onEnd(Runnable task);
}
