package io.isochrone.proxy.exchange;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HedgeResult;
import org.jspecify.annotations.Nullable;

/**
 * The attempts at one request: which further one it may make, and who is told how each of them ended.
 *
 * <p>Confined to one event loop.
 */
final class Attempts {
    private final H1Request request;
    private final Forwarding plan;
    private final ExchangeContext context;
    private final ReplayBuffer replay;
    private final AttemptTrail trail = new AttemptTrail();
    /** Whether an endpoint was left out for want of room. */
    private boolean passedOver;
    /** A second attempt beside the first was thought of. */
    private boolean hedged;

    Attempts(H1Request request, Forwarding plan, ExchangeContext context, ReplayBuffer replay) {
        this.request = request;
        this.plan = plan;
        this.context = context;
        this.replay = replay;
    }

    /** How many were begun. */
    int count() {
        return trail.count();
    }

    AttemptTrail trail() {
        return trail;
    }

    boolean hasPassedOver() {
        return passedOver;
    }

    /** The plan's next endpoint that has room, or null. */
    @Nullable
    Endpoint choose(long now) {
        Endpoint next = plan.next(trail.count(), now);
        while (next != null && !plan.enter(next)) {
            passedOver = true;
            trail.passedOver(next, Failure.BULKHEAD_FULL);
            context.observer().attemptEnded(next, Failure.BULKHEAD_FULL, 0, 0);
            next = plan.next(trail.count(), now);
        }
        return next;
    }

    /** The same after a failure, if the request may be sent again after it; draws on the budget where the failure does. */
    @Nullable
    Endpoint after(Failure failure, long now) {
        boolean allowed = switch (failure.retry()) {
            case NEVER -> false;
            case IDEMPOTENT -> mayRepeat();
            case ALWAYS -> true;
        };
        if (!allowed || !replay.isWhole() || trail.count() >= plan.maxAttempts()) {
            return null;
        }
        return failure.isBudgeted() && !granted(now) ? null : choose(now);
    }

    /** Whether a request that was sent may be sent elsewhere. */
    boolean mayMove() {
        return mayRepeat() && replay.isWhole() && trail.count() < plan.maxAttempts();
    }

    /** Whether sending it again does no harm. */
    boolean mayRepeat() {
        return RepeatRule.mayRepeat(request, plan.mayRepeatWrites());
    }

    /** Takes one repetition from the budget, if one is left. */
    boolean granted(long now) {
        boolean granted = context.retries().take(now);
        context.observer().retry(granted);
        return granted;
    }

    /** The current one has ended, with a failure or with an answer. */
    void ended(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long now) {
        trail.end(failure, status);
        plan.attemptEnded(endpoint, failure, status, nanos, now);
        context.observer().attemptEnded(endpoint, failure, status, nanos);
    }

    /** The current one was given up, because the one beside it was answered; that speaks against nobody, so the plan is not told. */
    void outrun(Endpoint endpoint, long nanos) {
        trail.end(Failure.OUTRUN, 0);
        context.observer().attemptEnded(endpoint, Failure.OUTRUN, 0, nanos);
    }

    /** An attempt beside the current one, to begin now; null: there is none, and that was counted if there could have been one. */
    @Nullable
    Hedge hedge(Exchange exchange, long now) {
        HedgeRule.Decision decision = HedgeRule.decide(
                HedgeRule.suits(request),
                hedged,
                trail.count(),
                plan.maxAttempts(),
                context.memory().isScarce(),
                context.hedges(),
                now);
        if (decision == HedgeRule.Decision.WAIT) {
            return null;
        }
        hedged = true;
        boolean send = decision == HedgeRule.Decision.SEND;
        Endpoint to = send ? plan.hedge(trail.count(), now) : null;
        if (to == null) {
            context.observer().hedge(send ? HedgeResult.NOWHERE : HedgeResult.DENIED);
            return null;
        }
        context.hedges().take(now);
        return new Hedge(exchange, context, plan, trail, to, now);
    }
}
