package io.isochrone.proxy.exchange;

import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.resilience.HedgeBudget;
import io.isochrone.proxy.resilience.RetryBudget;
import io.isochrone.proxy.runtime.EngineSettings;
import io.netty.util.concurrent.Ticker;
import java.util.function.Supplier;

/**
 * What the exchanges of one event loop share.
 *
 * <p>Immutable.
 *
 * @param settings the live bounds and waits
 * @param upstreams this loop's connections
 * @param observer told how exchanges end
 * @param via what the node adds to {@code Via} for a request that came by HTTP/1.1 (RFC 9110 §7.6.3)
 * @param viaTwo the same for HTTP/2
 * @param ticker the loop's time
 * @param underWay how many of them there are
 * @param watches where they wait for answers
 * @param retries how many may be sent again
 * @param hedges how many may be sent a second time beside the first
 * @param memory whether there is room for what only might be needed
 */
public record ExchangeContext(
        Supplier<EngineSettings> settings,
        UpstreamSource upstreams,
        ExchangeObserver observer,
        String via,
        String viaTwo,
        Ticker ticker,
        UnderWay underWay,
        AnswerWatches watches,
        RetryBudget retries,
        HedgeBudget hedges,
        MemoryPressure memory) {
    public long now() {
        return ticker.nanoTime();
    }
}
