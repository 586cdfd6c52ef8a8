package io.isochrone.proxy.runtime;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;

/** What the engine needs of the live configuration; read once per exchange. Immutable. */
public record EngineSettings(Limits limits, Timeouts timeouts) {}
