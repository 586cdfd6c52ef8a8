package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HedgeResult;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The second attempt at a request whose first waits for longer than is usual. It has its own endpoint, its own place there and its own stream, and ends in one of three
 * ways: it is answered first, or the first attempt fails, and it stands in for that one (what it hears is the exchange's from then on); or it fails, and the first is
 * waited for as before; or the first is answered, and it is cancelled. Cancelling speaks against nobody.
 *
 * <p>States: CONNECTING → WAITING → STANDING_IN or OVER; CONNECTING → STANDING_IN or OVER.
 *
 * <p>Confined to one event loop.
 */
final class Hedge extends AnswerWatch.Waiter implements UpstreamListener {
    private enum State {
        CONNECTING,
        WAITING,
        STANDING_IN,
        OVER
    }

    private final Exchange exchange;
    private final ExchangeContext context;
    private final Forwarding plan;
    private final AttemptTrail trail;
    private final Endpoint endpoint;
    private final long beganNanos;
    private State state = State.CONNECTING;
    private @Nullable UpstreamStream stream;

    Hedge(
            Exchange exchange,
            ExchangeContext context,
            Forwarding plan,
            AttemptTrail trail,
            Endpoint endpoint,
            long nowNanos) {
        this.exchange = exchange;
        this.context = context;
        this.plan = plan;
        this.trail = trail;
        this.endpoint = endpoint;
        this.beganNanos = nowNanos;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long beganNanos() {
        return beganNanos;
    }

    /** Null: it is being connected. */
    @Nullable
    UpstreamStream stream() {
        return stream;
    }

    /** Asks for a connection; may be over when this returns. */
    void begin() {
        trail.beginHedge(endpoint);
        context.upstreams().acquire(endpoint, this, false, false);
    }

    /** The first attempt is over: from now on this is the only one. */
    void standIn(HedgeResult result) {
        state = State.STANDING_IN;
        trail.hedgeStandsIn();
        plan.hedgeEnded(true);
        context.observer().hedge(result);
    }

    /** The first attempt was answered, or the exchange is over. */
    void cancel(HedgeResult result) {
        if (result == HedgeResult.LOST) {
            trail.endHedge(Failure.OUTRUN, 0);
            context.observer().attemptEnded(endpoint, Failure.OUTRUN, 0, context.now() - beganNanos);
        }
        over(result);
    }

    /** It failed with this, or was answered with a status that is tried elsewhere; in that case its stream is the caller's. */
    void failed(Failure failure, int status) {
        long now = context.now();
        long nanos = now - beganNanos;
        trail.endHedge(failure, status);
        plan.attemptEnded(endpoint, failure, status, nanos, now);
        context.observer().attemptEnded(endpoint, failure, status, nanos);
        if (status > 0) {
            answered(now);
            stream = null;
        }
        over(HedgeResult.FAILED);
    }

    private void over(HedgeResult result) {
        UpstreamStream given = stream;
        state = State.OVER;
        stream = null;
        leaveWatch();
        plan.hedgeEnded(false);
        context.observer().hedge(result);
        if (given != null) {
            given.cancel();
        }
    }

    private boolean isOwn() {
        return state == State.CONNECTING || state == State.WAITING;
    }

    private void fail(Failure failure) {
        exchange.hedgeOver();
        failed(failure, 0);
    }

    // ---- from upstream

    @Override
    public void connected(UpstreamStream connected) {
        switch (state) {
            case CONNECTING -> {
                state = State.WAITING;
                stream = connected;
                long now = context.now();
                AnswerWatch watch = context.watches().of(endpoint, now);
                if (watch != null) {
                    watch.add(this, now);
                }
                H1Request request = exchange.request();
                String via = request.isTwo() ? context.viaTwo() : context.via();
                connected.send(request, plan, endpoint, trail.count() - 1, via);
                connected.flush();
            }
            case STANDING_IN -> exchange.connected(connected);
            case WAITING, OVER -> connected.finish(true); // nothing was sent: it can serve another
        }
    }

    @Override
    public void connectFailed(Failure failure) {
        if (state == State.STANDING_IN) {
            exchange.connectFailed(failure);
        } else if (isOwn()) {
            fail(failure);
        }
    }

    @Override
    public void informational(UpstreamStream of) {
        if (state == State.STANDING_IN) {
            exchange.informational(of);
        }
    }

    @Override
    public void head(UpstreamStream of, boolean hasBody, boolean untilClose) {
        if (isOwn()) {
            exchange.hedgeAnswered(this, of);
        }
        if (state == State.STANDING_IN) {
            exchange.head(of, hasBody, untilClose);
        }
    }

    @Override
    public void body(UpstreamStream of, ByteBuf bytes, boolean data) {
        exchange.body(of, bytes, data);
    }

    @Override
    public void end(UpstreamStream of) {
        exchange.end(of);
    }

    @Override
    public void lost(UpstreamStream of, Failure failure) {
        if (isOwn()) {
            stream = null;
            fail(failure);
        } else {
            exchange.lost(of, failure);
        }
    }

    @Override
    public void stalled(UpstreamStream of) {
        if (isOwn()) {
            fail(Failure.SILENT);
        } else {
            exchange.stalled(of);
        }
    }

    @Override
    public void writabilityChanged(UpstreamStream of) {
        exchange.writabilityChanged(of);
    }

    @Override
    public void readComplete() {
        exchange.readComplete();
    }

    @Override
    public boolean wantsDataOnly() {
        return exchange.wantsDataOnly();
    }

    // ---- from the watch

    @Override
    void endpointMute() {
        if (state == State.STANDING_IN) {
            exchange.endpointMute();
        } else if (isOwn()) {
            fail(Failure.SILENT);
        }
    }

    /** The first attempt is under way all the same. */
    @Override
    void endpointSilent() {
        if (state == State.STANDING_IN) {
            exchange.endpointSilent();
        }
    }
}
