package io.isochrone.gateway.door;

import io.isochrone.config.model.Api;
import io.isochrone.gateway.backend.BackendSet;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of one request to one of the region's backends. Confined to one event loop. */
final class BackendForwarding implements Forwarding {
    private final GatewaySnapshot snapshot;
    private final String region;
    private final Api api;
    private final BackendSet backends;
    private final String rest;
    private final String client;
    private final ForwardedFields forwarded;
    private final int start;
    private long tried;
    private int current = -1;
    private boolean contacted;
    private boolean entered;
    private boolean full;

    /** @param rest the target without the API's prefix: empty, or beginning with a slash or a question mark */
    BackendForwarding(
            GatewaySnapshot snapshot,
            String region,
            Api api,
            BackendSet backends,
            String rest,
            String client,
            ForwardedFields forwarded) {
        this.snapshot = snapshot;
        this.region = region;
        this.api = api;
        this.backends = backends;
        this.rest = rest;
        this.client = client;
        this.forwarded = forwarded;
        this.start = backends.start();
    }

    @Override
    public @Nullable Endpoint next(int attempt, long nowNanos) {
        if (full) {
            return null;
        }
        int next = backends.next(start, tried, nowNanos);
        if (next < 0) {
            return null;
        }
        current = next;
        tried = backends.triedWith(tried, next);
        return backends.endpoint(next);
    }

    /** The whole exchange has one place, whichever backends it tries. */
    @Override
    public boolean enter(Endpoint endpoint) {
        if (!entered) {
            entered = backends.bulkhead().enter();
            full = !entered;
        }
        return entered;
    }

    @Override
    public void ended() {
        if (entered) {
            entered = false;
            backends.bulkhead().leave();
        }
    }

    @Override
    public int maxAttempts() {
        return snapshot.settings().maxAttempts();
    }

    @Override
    public boolean mayRepeatWrites() {
        return api.retryIdempotentWrites();
    }

    @Override
    public @Nullable String target(Endpoint endpoint) {
        String base = backends.basePath(current);
        if (base.isEmpty() && api.path().isEmpty() || rest.equals("*")) {
            return null;
        }
        String target = base + rest;
        return target.isEmpty() || target.charAt(0) == '?' ? "/" + target : target;
    }

    @Override
    public boolean dropsRequestHeader(String name) {
        return name.equals("host") || ForwardedFields.replaces(name);
    }

    @Override
    public void requestHeaders(HeaderSink out, Endpoint endpoint, int attempt) {
        out.add("Host", backends.authority(current));
        forwarded.writeTo(out);
    }

    @Override
    public boolean dropsResponseHeader(String name) {
        return name.startsWith("isochrone-");
    }

    @Override
    public void responseHeaders(HeaderSink out, @Nullable Endpoint endpoint, int attempts) {
        GatewayDispatcher.stamp(out, region, endpoint == null);
    }

    @Override
    public boolean isRetriableStatus(int status) {
        return false;
    }

    @Override
    public boolean isNotProcessed(@Nullable String mark) {
        return false;
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {
        if (failure == null) {
            contacted = true;
            endpoint.health().succeeded(nanos, nowNanos);
        } else {
            contacted |= failure.retry() != Failure.Retry.ALWAYS;
            endpoint.health().failed(failure, nowNanos);
        }
    }

    @Override
    public LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts) {
        if (full) {
            return GatewayDispatcher.shed(
                    snapshot.mark(),
                    NotProcessedMark.BULKHEAD_FULL,
                    "API '" + api.name() + "' has as many requests under way as it may",
                    api.name());
        }
        if (!contacted) {
            return GatewayDispatcher.refusal(
                    snapshot.mark(),
                    NotProcessedMark.NO_BACKEND,
                    "No backend of API '" + api.name() + "' can be reached in this region",
                    api.name());
        }
        return LocalAnswer.of(outcome, outcome.message(), Map.of(), api.name());
    }

    @Override
    public String api() {
        return api.name();
    }

    @Override
    public String region(@Nullable Endpoint answered) {
        return region;
    }

    @Override
    public String clientAddress() {
        return client;
    }
}
