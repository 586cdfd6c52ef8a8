package io.isochrone.proxy.runtime;

import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.Timeouts;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs of the live configuration; read once per exchange, and once per connection.
 *
 * <p>Immutable.
 *
 * @param limits bounds
 * @param timeouts waits
 * @param proxyProtocol what new connections must begin with; null: no header
 * @param hedging second attempts at what is slow
 */
public record EngineSettings(
        Limits limits, Timeouts timeouts, @Nullable ProxyProtocol proxyProtocol, Hedging hedging) {
    /** Without the PROXY protocol and second attempts. */
    public EngineSettings(Limits limits, Timeouts timeouts) {
        this(limits, timeouts, null);
    }

    /** Without second attempts. */
    public EngineSettings(Limits limits, Timeouts timeouts, @Nullable ProxyProtocol proxyProtocol) {
        this(limits, timeouts, proxyProtocol, Hedging.DEFAULTS);
    }
}
