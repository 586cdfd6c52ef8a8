package io.isochrone.bench.load;

/** Takes the samples of a run as they come. Called on the run's event loop only. */
@FunctionalInterface
public interface SampleSink {
    /** A request ended; samples come in the order of their ends. */
    void accept(Sample sample);
}
