package io.isochrone.proxy.runtime;

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
 */
public record EngineSettings(
        Limits limits, Timeouts timeouts, @Nullable ProxyProtocol proxyProtocol) {
    /** Without the PROXY protocol. */
    public EngineSettings(Limits limits, Timeouts timeouts) {
        this(limits, timeouts, null);
    }
}
