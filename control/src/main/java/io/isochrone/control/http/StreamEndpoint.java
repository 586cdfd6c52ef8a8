package io.isochrone.control.http;

/** A part of the control plane whose answer is written over time, such as a live feed. Thread-safe: called by many threads at once. */
public interface StreamEndpoint {
    /**
     * Answers the head. When its status is 200 the answer stays open and goes on with what is sent to {@code lines}, before and after
     * this method returns; the reply's body comes first. With another status the reply is the whole answer.
     */
    Reply open(Call call, Lines lines);
}
