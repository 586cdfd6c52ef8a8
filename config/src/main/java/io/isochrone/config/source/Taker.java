package io.isochrone.config.source;

import io.isochrone.config.model.Deployment;

/** Takes a good deployment. */
public interface Taker {
    /** May refuse with an exception whose message says why; the old deployment stays then. */
    void take(Deployment deployment);
}
