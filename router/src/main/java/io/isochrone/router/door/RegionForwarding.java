package io.isochrone.router.door;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.region.RegionState.Trust;
import io.isochrone.router.steering.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request down the order of regions: the nearest region's nodes, then the next nearest region's. A node that comes back
 * gets its growing share only, unless there is no other. When no node anywhere
 * looks usable the order is tried all the same, for more likely the router is mistaken than the whole world gone; but not where
 * connections are refused, for that is no mistake.
 *
 * <p>Confined to one event loop.
 */
final class RegionForwarding implements Forwarding {
    private final RouterSnapshot snapshot;
    private final List<Choice> order;
    private final String client;
    private final ForwardedFields forwarded;
    private final List<Endpoint> tried = new ArrayList<>(2);

    RegionForwarding(RouterSnapshot snapshot, List<Choice> order, String client, ForwardedFields forwarded) {
        this.snapshot = snapshot;
        this.order = order;
        this.client = client;
        this.forwarded = forwarded;
    }

    @Override
    public @Nullable Endpoint next(int attempt, long nowNanos) {
        Endpoint next = pick(Trust.SHARE, nowNanos);
        if (next == null) {
            next = pick(Trust.USABLE, nowNanos);
        }
        if (next == null) {
            next = pick(Trust.SUSPECT, nowNanos);
        }
        if (next == null && snapshot.isFailingStatic(nowNanos)) {
            next = pick(Trust.DOUBTFUL, nowNanos);
        }
        if (next != null) {
            tried.add(next);
        }
        return next;
    }

    private @Nullable Endpoint pick(Trust trust, long nowNanos) {
        for (Choice choice : order) {
            RegionState region = snapshot.regions().get(choice.index());
            if (region.location().gatewayDisabled()) {
                continue;
            }
            Endpoint node = region.pick(tried, trust, nowNanos);
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    @Override
    public int maxAttempts() {
        return snapshot.settings().maxAttempts();
    }

    @Override
    public boolean mayRepeatWrites() {
        return false;
    }

    @Override
    public @Nullable String target(Endpoint endpoint) {
        return null;
    }

    @Override
    public boolean dropsRequestHeader(String name) {
        return ForwardedFields.replaces(name);
    }

    @Override
    public void requestHeaders(HeaderSink out, Endpoint endpoint, int attempt) {
        forwarded.writeTo(out);
    }

    @Override
    public boolean dropsResponseHeader(String name) {
        return name.equals(NotProcessedMark.FIELD)
                || name.equals("isochrone-region")
                || name.equals("isochrone-attempts");
    }

    @Override
    public void responseHeaders(HeaderSink out, @Nullable Endpoint endpoint, int attempts) {
        out.add("Isochrone-Region", endpoint == null ? "none" : endpoint.region());
        out.add("Isochrone-Attempts", Integer.toString(attempts));
        if (endpoint == null) {
            out.add("Isochrone-Answered-By", "router");
        }
    }

    @Override
    public boolean isRetriableStatus(int status) {
        return false;
    }

    @Override
    public boolean isNotProcessed(@Nullable String mark) {
        return snapshot.mark().isProof(mark);
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {
        if (failure == null) {
            endpoint.health().succeeded(nanos, nowNanos);
        } else {
            endpoint.health().failed(failure, nowNanos);
        }
    }

    @Override
    public LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts) {
        boolean nobody = last == null
                || last == Failure.NO_ENDPOINT
                || last == Failure.CONNECT_REFUSED
                || last == Failure.TLS_FAILED
                || last == Failure.REFUSED_STREAM
                || last == Failure.REFUSING
                || last == Failure.NO_STREAM
                || last == Failure.NOT_PROCESSED;
        if (nobody) {
            return LocalAnswer.of(
                    Outcome.UNAVAILABLE,
                    "No region is left that can serve this request (no_region)",
                    Map.of("Retry-After", "1"),
                    null);
        }
        return LocalAnswer.of(outcome, outcome.message(), Map.of(), null);
    }

    @Override
    public @Nullable String api() {
        return null;
    }

    @Override
    public @Nullable String region(@Nullable Endpoint answered) {
        return answered == null ? null : answered.region();
    }

    @Override
    public String clientAddress() {
        return client;
    }
}
