package io.isochrone.proxy.exchange;

import io.isochrone.config.model.Hedging;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.isochrone.proxy.http.Violation;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request with its response: walks down the plan's endpoints until one answers, relays bodies in both directions and sees to it
 * that what cannot be finished is never shown as whole.
 *
 * <p>A request is sent again only with proof that nobody processed it, or when repeating it is harmless (RFC 9110 §9.2.2), and only
 * while its whole body is at hand and not a byte of a response has gone to the client. Without this rule a failover runs a payment
 * twice.
 *
 * <p>States: CONNECTING → AWAITING_HEAD → RELAYING → DONE; AWAITING_HEAD → CONNECTING for another attempt; every state → DONE when
 * the client goes away, time runs out or nothing is left to try.
 *
 * <p>Confined to one event loop.
 */
public final class Exchange extends AnswerWatch.Waiter implements UpstreamListener {
    private enum State {
        CONNECTING,
        AWAITING_HEAD,
        RELAYING,
        DONE
    }

    private final DownstreamStream down;
    private final H1Request request;
    private final Forwarding plan;
    private final Peer peer;
    private final ExchangeContext context;
    private final ReplayBuffer replay;
    private final RequestFlow flow;
    private final long startNanos;
    private final long startEpochMillis;
    private final Attempts attempts;

    private State state = State.CONNECTING;
    private @Nullable Endpoint endpoint;
    private @Nullable UpstreamStream up;
    private @Nullable KeptAnswer held;
    private @Nullable Hedge hedge;
    /** Who waits in the watch of the current attempt's endpoint: this, or a second attempt that stands in. */
    private AnswerWatch.Waiter waiting = this;
    /** Whether an interim response came. */
    private boolean spoken;

    private @Nullable Failure last;
    /** Only HTTP/1.1 can change to another protocol. */
    private final boolean oneOnly;

    private boolean triedFresh;
    /** A pooled connection is given out at once: what has arrived of the body goes out with the head. */
    private boolean starting;

    /** After 101: bytes pass both ways until both have ended. */
    private boolean tunnel;

    private boolean clientEnded;
    private boolean upstreamEnded;
    private long attemptNanos;
    private long activityNanos;
    /** Whether anything moved since the last sweep, which then reads the time for all of it. */
    private boolean moved;

    private long firstByteNanos = -1;
    private long responseBytes;
    private int status;

    /**
     * @param startNanos the loop's time now
     * @param startEpochMillis wall-clock time for the record
     */
    public Exchange(
            DownstreamStream down,
            Forwarding plan,
            Peer peer,
            ExchangeContext context,
            long startNanos,
            long startEpochMillis) {
        this.down = down;
        this.request = down.request();
        this.plan = plan;
        this.peer = peer;
        this.context = context;
        this.startEpochMillis = startEpochMillis;
        this.startNanos = startNanos;
        this.activityNanos = startNanos;
        this.replay = new ReplayBuffer(context.settings().get().limits().replayBytes());
        this.flow = new RequestFlow(request, startNanos);
        this.attempts = new Attempts(request, plan, context, replay);
        this.oneOnly = request.upgrade() != null;
        context.underWay().began();
        context.retries().requested();
        Hedging hedging = context.settings().get().hedging();
        if (hedging.enabled()) {
            context.hedges().requested(hedging.maxPercent());
        }
    }

    /** Makes the first attempt; {@link #requestReadComplete} must follow when the rest of what has arrived was handed over. */
    public void start() {
        starting = true;
        startAttempt();
        starting = false;
    }

    private void startAttempt() {
        Endpoint first = attempts.choose(startNanos);
        if (first == null) {
            fail(attempts.hasPassedOver() ? Failure.BULKHEAD_FULL : Failure.NO_ENDPOINT);
        } else {
            attempt(first, startNanos);
        }
    }

    private void attempt(Endpoint next, long now) {
        endpoint = next;
        up = null;
        waiting.leaveWatch();
        waiting = this;
        state = State.CONNECTING;
        triedFresh = false;
        attemptNanos = now;
        activityNanos = now;
        attempts.trail().begin(next);
        context.upstreams().acquire(next, this, false, oneOnly);
    }

    // ---- from the client

    /** Takes request body bytes with their framing; {@code data} of them are content. Owns {@code run}. */
    public void requestBody(ByteBuf run, long data) {
        flow.received(data);
        moved = true;
        if (state == State.DONE) {
            run.release();
            return;
        }
        if (state != State.RELAYING) {
            replay.keep(run); // a response has not begun, so the request may still be sent again
        }
        UpstreamStream stream = up;
        if (stream == null) {
            run.release();
            if (replay.isFull()) {
                pauseRequest();
            }
            return;
        }
        stream.body(run);
        trimReplay();
        if (!stream.isWritable()) {
            pauseRequest();
        }
    }

    private void pauseRequest() {
        flow.paused(true);
        down.pauseRequest();
    }

    private void resumeRequest() {
        flow.paused(false);
        down.resumeRequest();
    }

    /** Lets go of what was sent and is too much to keep, for this request or for the process. */
    private void trimReplay() {
        replay.trim();
        if (context.memory().isScarce() && replay.forget()) {
            context.observer().replayForgotten();
        }
    }

    /** The request's last byte was taken. */
    public void requestEnd() {
        if (!tunnel) {
            flow.whole(true);
        } else if (state == State.RELAYING && up != null) {
            clientEnded = true;
            moved = true;
            up.endTunnel();
            endTunnel();
        }
    }

    /** A tunnel is over when both directions are. */
    private void endTunnel() {
        UpstreamStream stream = up;
        if (clientEnded && upstreamEnded && stream != null) {
            up = null;
            stream.finish(false);
            finish(Outcome.RELAYED);
        }
    }

    /** Everything that has arrived from the client was handed over. */
    public void requestReadComplete() {
        if (up != null && state != State.DONE) {
            up.flush();
        }
    }

    /** The request body broke a rule or a limit. */
    public void requestBroken(Outcome outcome, @Nullable Violation violation) {
        if (state == State.DONE) {
            return;
        }
        if (state == State.RELAYING) {
            cut(Outcome.RESPONSE_CUT, null);
        } else {
            answer(outcome, violation == null ? outcome.message() : violation.message());
        }
    }

    /** The client is gone. */
    public void clientGone() {
        if (state != State.DONE) {
            settle(Outcome.CLIENT_GONE);
        }
    }

    /** The client's connection can or cannot take more. */
    public void downstreamWritabilityChanged() {
        if (state == State.RELAYING && up != null && down.isWritable()) {
            moved = true;
            up.resume();
        }
    }

    /** Whether the exchange has ended. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** Ends what has waited too long; called a few times a second, which is how exact waits are. */
    public void sweep(long nowNanos) {
        if (moved) {
            moved = false;
            activityNanos = nowNanos;
            AnswerWatch watch = state == State.RELAYING && endpoint != null
                    ? context.watches().of(endpoint, nowNanos)
                    : null;
            if (watch != null) {
                watch.heard(nowNanos);
            }
        }
        var timeouts = context.settings().get().timeouts();
        long waited = nowNanos - activityNanos;
        flow.sweep(nowNanos);
        switch (state) {
            case AWAITING_HEAD -> {
                trimReplay();
                if (flow.isOutOfTime(nowNanos, timeouts.totalNanos())) {
                    giveUp(Failure.FIRST_BYTE_TIMEOUT, nowNanos);
                } else if (flow.isTooSlow(context.settings().get().limits(), nowNanos)) {
                    answer(Outcome.REQUEST_TIMEOUT, "The request body came too slowly");
                } else if (!flow.isWhole() && up != null && up.isWritable()) {
                    if (waited > timeouts.streamIdle().toNanos()) {
                        answer(Outcome.REQUEST_TIMEOUT, Outcome.REQUEST_TIMEOUT.message());
                    }
                } else if (waited > timeouts.firstByte().toNanos()) {
                    UpstreamStream late = up;
                    fail(Failure.FIRST_BYTE_TIMEOUT);
                    if (late != null) {
                        late.cancel();
                    }
                }
            }
            case RELAYING -> {
                var idle = tunnel ? timeouts.tunnelIdle() : timeouts.streamIdle();
                if (waited > idle.toNanos()) {
                    cut(Outcome.RESPONSE_CUT, Failure.STREAM_IDLE);
                }
            }
            case CONNECTING -> {
                if (flow.isOutOfTime(nowNanos, timeouts.totalNanos())) {
                    giveUp(Failure.CONNECT_TIMEOUT, nowNanos);
                }
            }
            case DONE -> {}
        }
    }

    // ---- from upstream

    @Override
    public void connected(UpstreamStream stream) {
        if (state == State.DONE) {
            stream.finish(true);
            return;
        }
        Endpoint to = endpoint;
        if (to == null) {
            throw new IllegalStateException("connected without an attempt");
        }
        up = stream;
        state = State.AWAITING_HEAD;
        moved = true;
        long sent = starting ? startNanos : context.now();
        AnswerWatch watch = context.watches().of(to, sent);
        if (watch != null) {
            watch.add(this, sent);
        }
        stream.send(request, plan, to, attempts.count() - 1, request.isTwo() ? context.viaTwo() : context.via());
        replay.sendTo(stream);
        trimReplay();
        if (!starting) {
            stream.flush();
        }
        if (stream.isWritable()) {
            resumeRequest();
        }
    }

    @Override
    public void connectFailed(Failure failure) {
        if (state != State.DONE) {
            fail(failure);
        }
    }

    @Override
    public void informational(UpstreamStream stream) {
        moved = true;
        spoken = true;
        if (stream == up && state == State.AWAITING_HEAD) {
            down.informational(stream.response());
        }
    }

    @Override
    public void head(UpstreamStream stream, boolean hasBody, boolean untilClose) {
        long now = context.now();
        activityNanos = now;
        waiting.answered(now);
        H1Response response = stream.response();
        if (!down.accepts(response)) {
            stream.cancel();
            fail(Failure.BAD_RESPONSE);
            return;
        }
        Failure failure = refusal(response);
        report(failure, response.status(), now);
        if (failure != null) {
            last = failure;
            Endpoint from = endpoint;
            if (hedge != null && from != null) {
                keep(stream, from);
                standIn(HedgeResult.STOOD_IN);
                return;
            }
            Endpoint next = attempts.after(failure, now);
            if (next != null && from != null) {
                keep(stream, from);
                attempt(next, now);
                return;
            }
        }
        relay(stream, hasBody, untilClose, now);
    }

    private @Nullable Failure refusal(H1Response response) {
        if (response.status() < 500) {
            return null;
        }
        if (plan.isNotProcessed(response.fields().value("isochrone-not-processed"))) {
            return Failure.NOT_PROCESSED;
        }
        return plan.isRetriableStatus(response.status()) ? Failure.RETRIABLE_STATUS : null;
    }

    /** Puts a real answer aside in the place of an earlier one: if no other endpoint gives a better one, the client gets this. */
    private void keep(UpstreamStream stream, Endpoint from) {
        UpstreamStream earlier = held == null ? null : held.stream();
        held = new KeptAnswer(stream, from);
        if (earlier != null) {
            earlier.cancel();
        }
    }

    private void relay(UpstreamStream stream, boolean hasBody, boolean untilClose, long now) {
        Endpoint from = endpoint;
        if (from == null) {
            throw new IllegalStateException("response without an attempt");
        }
        dropHedge(HedgeResult.LOST);
        if (held != null && held.stream() != stream) {
            held.stream().cancel();
        }
        held = null;
        replay.release();
        up = stream;
        state = State.RELAYING;
        status = stream.response().status();
        if (status == 101) {
            tunnel = true;
            flow.whole(false);
            context.observer().tunnels(1);
        }
        firstByteNanos = now - startNanos;
        down.head(stream.response(), plan, from, attempts.count(), hasBody, untilClose);
    }

    @Override
    public void body(UpstreamStream stream, ByteBuf bytes, boolean data) {
        moved = true;
        if (state != State.RELAYING || stream != up || !data && down.wantsDataOnly()) {
            bytes.release();
            return;
        }
        responseBytes += bytes.readableBytes();
        down.body(bytes);
        if (!down.isWritable()) {
            stream.pause();
        }
    }

    @Override
    public void end(UpstreamStream stream) {
        if (state != State.RELAYING || stream != up) {
            stream.cancel();
            return;
        }
        if (tunnel) {
            upstreamEnded = true;
            down.end(null);
            endTunnel();
            return;
        }
        up = null;
        HeaderFields trailers = stream.trailers();
        stream.finish(flow.isWhole());
        down.end(trailers);
        finish(Outcome.RELAYED);
    }

    @Override
    public void lost(UpstreamStream stream, Failure failure) {
        if (held != null && stream == held.stream()) {
            held = null;
            return;
        }
        if (stream != up || state == State.DONE) {
            return;
        }
        up = null;
        waiting.leaveWatch();
        if (tunnel && upstreamEnded) {
            finish(Outcome.RELAYED); // it had said all that it had to say
        } else if (state == State.RELAYING) {
            Failure cutBy = failure == Failure.BAD_RESPONSE ? failure : Failure.RESPONSE_CUT;
            Endpoint from = endpoint;
            if (from != null) {
                plan.attemptEnded(from, cutBy, status, context.now() - attemptNanos, context.now());
            }
            cut(Outcome.RESPONSE_CUT, cutBy);
        } else if ((failure == Failure.REFUSED_STREAM || failure == Failure.STALE_CONNECTION && attempts.mayRepeat())
                && !triedFresh
                && hedge == null
                && replay.isWhole()
                && endpoint != null) {
            triedFresh = true;
            state = State.CONNECTING;
            context.upstreams().acquire(endpoint, this, true, oneOnly);
        } else {
            fail(failure);
        }
    }

    /** A request that may be repeated moves on; another waits, for it may be processed and answered after all. */
    @Override
    public void stalled(UpstreamStream stream) {
        if (stream == up) {
            endpointMute();
        }
    }

    @Override
    void endpointMute() {
        leave(false);
    }

    @Override
    void endpointSilent() {
        leave(true);
    }

    /** Goes elsewhere if it may, and if it is only for suspicion as far as the budget goes; with nowhere to go it is better to wait on. */
    private void leave(boolean suspicion) {
        UpstreamStream stream = up;
        if (hedge != null && stream != null) {
            if (!suspicion) { // else both are waited for
                fail(Failure.SILENT);
                stream.cancel();
            }
            return;
        }
        long now = context.now();
        if (stream == null
                || state != State.AWAITING_HEAD
                || !attempts.mayMove()
                || suspicion && !attempts.granted(now)) {
            return;
        }
        report(suspicion ? Failure.SUSPECTED : Failure.SILENT, 0, now);
        Endpoint next = attempts.choose(now);
        if (next != null) {
            last = Failure.SILENT;
            up = null;
            stream.cancel();
            attempt(next, now);
        }
    }

    @Override
    public void writabilityChanged(UpstreamStream stream) {
        if (stream == up && stream.isWritable()) {
            moved = true;
            resumeRequest();
        }
    }

    @Override
    public void readComplete() {
        down.flush();
    }

    @Override
    public boolean wantsDataOnly() {
        return down.wantsDataOnly();
    }

    // ---- a second attempt beside the first

    @Override
    void endpointSlow() {
        if (state == State.AWAITING_HEAD && !spoken) {
            Hedge second = attempts.hedge(this, context.now());
            hedge = second;
            if (second != null) {
                second.begin();
            }
        }
    }

    H1Request request() {
        return request;
    }

    /** It has failed, and says so itself. */
    void hedgeOver() {
        hedge = null;
    }

    /** The second attempt was answered first: it stands in from now on, unless an endpoint elsewhere may have a better answer. */
    void hedgeAnswered(Hedge by, UpstreamStream stream) {
        Failure failure = refusal(stream.response());
        if (failure != null) {
            hedge = null;
            by.failed(failure, stream.response().status());
            if (held == null) {
                keep(stream, by.endpoint());
            } else {
                stream.cancel();
            }
            return;
        }
        UpstreamStream slower = up;
        long now = context.now();
        waiting.outrun(now);
        if (endpoint != null) {
            attempts.outrun(endpoint, now - attemptNanos);
        }
        standIn(HedgeResult.WON);
        if (slower != null) {
            slower.cancel();
        }
    }

    /** The first attempt is over, and the second takes its place. */
    private void standIn(HedgeResult result) {
        Hedge by = hedge;
        if (by == null) {
            throw new IllegalStateException("no second attempt");
        }
        hedge = null;
        endpoint = by.endpoint();
        up = by.stream();
        waiting = up == null ? this : by;
        state = up == null ? State.CONNECTING : State.AWAITING_HEAD;
        attemptNanos = by.beganNanos();
        activityNanos = attemptNanos;
        by.standIn(result);
    }

    private void dropHedge(HedgeResult result) {
        Hedge second = hedge;
        if (second != null) {
            hedge = null;
            second.cancel(result);
        }
    }

    // ---- deciding

    private void fail(Failure failure) {
        long now = context.now();
        last = failure;
        up = null;
        waiting.leaveWatch();
        if (endpoint != null) {
            report(failure, 0, now);
            if (hedge != null) {
                standIn(HedgeResult.STOOD_IN);
                return;
            }
            Endpoint next = attempts.after(failure, now);
            if (next != null) {
                attempt(next, now);
                return;
            }
        }
        exhausted(failure, now);
    }

    /** Ends the exchange without another attempt, because its time is over. */
    private void giveUp(Failure failure, long now) {
        last = failure;
        report(failure, 0, now);
        UpstreamStream stream = up;
        up = null;
        waiting.leaveWatch();
        if (stream != null) {
            stream.cancel();
        }
        exhausted(failure, now);
    }

    /** Nothing is left to try: the client gets an answer that was kept, or is told what happened. */
    private void exhausted(Failure failure, long now) {
        KeptAnswer kept = held;
        if (kept != null) {
            endpoint = kept.endpoint();
            relay(kept.stream(), kept.hasBody(request.method()), kept.isUntilClose(request.method()), now);
            kept.stream().resume();
            return;
        }
        Outcome outcome = RepeatRule.outcomeOf(failure, attempts.mayRepeat());
        LocalAnswer answer = plan.exhausted(outcome, failure, attempts.count()).marked(outcome);
        cancelUpstream();
        replay.release();
        status = answer.status();
        down.answer(answer, plan, attempts.count());
        finish(answer.outcome());
    }

    private void report(@Nullable Failure failure, int answered, long now) {
        Endpoint tried = endpoint;
        if (tried != null) {
            attempts.ended(tried, failure, answered, now - attemptNanos, now);
        }
    }

    // ---- ending

    private void answer(Outcome outcome, String message) {
        cancelUpstream();
        replay.release();
        status = outcome.status();
        down.answer(LocalAnswer.of(outcome, message, java.util.Map.of(), plan.api()), plan, attempts.count());
        finish(outcome);
    }

    private void cut(Outcome outcome, @Nullable Failure failure) {
        last = failure;
        cancelUpstream();
        state = State.DONE;
        record(outcome);
        down.cut();
    }

    private void settle(Outcome outcome) {
        state = State.DONE;
        cancelUpstream();
        replay.release();
        record(outcome);
    }

    private void finish(Outcome outcome) {
        state = State.DONE;
        replay.release();
        record(outcome);
        down.exchangeEnded(flow.isWhole());
    }

    private void cancelUpstream() {
        UpstreamStream stream = up;
        KeptAnswer kept = held;
        up = null;
        held = null;
        waiting.leaveWatch();
        dropHedge(HedgeResult.ABANDONED);
        if (stream != null) {
            stream.cancel();
        }
        if (kept != null) {
            kept.stream().cancel();
        }
    }

    private void record(Outcome outcome) {
        context.underWay().ended();
        plan.ended();
        if (tunnel) {
            context.observer().tunnels(-1);
        }
        Endpoint answered = firstByteNanos >= 0 ? endpoint : null;
        context.observer()
                .ended(new ExchangeRecord(
                        outcome,
                        status,
                        request.method(),
                        request.target(),
                        plan.api(),
                        plan.region(answered),
                        answered == null ? null : answered.id(),
                        attempts.trail().text(),
                        attempts.count(),
                        last,
                        plan.clientAddress(),
                        peer.text(),
                        flow.bytes(),
                        responseBytes,
                        startEpochMillis,
                        firstByteNanos,
                        context.now() - startNanos));
    }
}
