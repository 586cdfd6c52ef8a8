package io.isochrone.proxy.observe;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import org.jspecify.annotations.Nullable;

/** Two observers as one. Immutable. */
public record Observers(ExchangeObserver first, ExchangeObserver second) implements ExchangeObserver {
    @Override
    public void ended(ExchangeRecord exchange) {
        first.ended(exchange);
        second.ended(exchange);
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {
        first.attemptEnded(endpoint, failure, status, nanos);
        second.attemptEnded(endpoint, failure, status, nanos);
    }

    @Override
    public void connections(int delta) {
        first.connections(delta);
        second.connections(delta);
    }

    @Override
    public void upstreamConnections(Endpoint endpoint, int delta) {
        first.upstreamConnections(endpoint, delta);
        second.upstreamConnections(endpoint, delta);
    }

    @Override
    public void connectionFault(ConnectionFault fault) {
        first.connectionFault(fault);
        second.connectionFault(fault);
    }

    @Override
    public void upstreamFault(ConnectionFault fault) {
        first.upstreamFault(fault);
        second.upstreamFault(fault);
    }

    @Override
    public void handshake(HandshakeResult result) {
        first.handshake(result);
        second.handshake(result);
    }

    @Override
    public void proxyProtocolFault(ProxyProtocolFault fault) {
        first.proxyProtocolFault(fault);
        second.proxyProtocolFault(fault);
    }

    @Override
    public void connectionRefused(ConnectionRefusal reason) {
        first.connectionRefused(reason);
        second.connectionRefused(reason);
    }

    @Override
    public void retry(boolean granted) {
        first.retry(granted);
        second.retry(granted);
    }

    @Override
    public void connectionDisplaced() {
        first.connectionDisplaced();
        second.connectionDisplaced();
    }

    @Override
    public void hedge(HedgeResult result) {
        first.hedge(result);
        second.hedge(result);
    }

    @Override
    public void replayForgotten() {
        first.replayForgotten();
        second.replayForgotten();
    }

    @Override
    public void tunnels(int delta) {
        first.tunnels(delta);
        second.tunnels(delta);
    }

    @Override
    public void loopLag(long nanos) {
        first.loopLag(nanos);
        second.loopLag(nanos);
    }
}
