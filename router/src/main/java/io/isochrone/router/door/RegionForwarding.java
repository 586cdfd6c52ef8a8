package io.isochrone.router.door;

import io.isochrone.config.model.Api;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.resilience.Bulkhead;
import io.isochrone.router.region.ApiHealth;
import io.isochrone.router.region.RegionState;
import io.isochrone.router.region.RegionState.Trust;
import io.isochrone.router.steering.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one request down the order of regions: the nearest region's nodes, then the next nearest region's. A node that comes back
 * gets its growing share only, unless there is no other. When no node anywhere
 * looks usable the order is tried all the same, for more likely the router is mistaken than the whole world gone; but not where
 * connections are refused, for that is no mistake.
 *
 * <p>Confined to one event loop.
 */
final class RegionForwarding implements Forwarding {
    private static final Logger LOG = LoggerFactory.getLogger(RegionForwarding.class);

    private final RouterSnapshot snapshot;
    private final List<Choice> order;
    private final @Nullable Api api;
    private final String client;
    private final ForwardedFields forwarded;
    private final List<Endpoint> tried = new ArrayList<>(2);
    /** The region of the endpoint that was given last. */
    private @Nullable RegionState current;

    private long currentBit;
    /** Where this request has a place. */
    private @Nullable Bulkhead place;
    /** Bits of the regions, by index, that had no room; regions 64 apart share a bit, which only passes one over too many. */
    private long full;
    /** The API's health where the request is now; null: not watched. */
    private @Nullable ApiHealth here;
    /** Where the request was first answered badly. */
    private @Nullable ApiHealth worse;

    /** The region whose answer was bad: what is behind its nodes is the same for all of them. Null: none. */
    private @Nullable String left;

    private boolean withoutBackend;
    private boolean overloaded;

    /** @param api what the request belongs to; null: none */
    RegionForwarding(
            RouterSnapshot snapshot, List<Choice> order, @Nullable Api api, String client, ForwardedFields forwarded) {
        this.snapshot = snapshot;
        this.order = order;
        this.api = api;
        this.client = client;
        this.forwarded = forwarded;
    }

    @Override
    public @Nullable Endpoint next(int attempt, long nowNanos) {
        Endpoint next = best(nowNanos);
        if (next == null && left != null) {
            left = null;
            next = best(nowNanos);
        }
        if (next != null) {
            leave(); // only now: with nowhere else to go, the answer that was kept is relayed from there
            tried.add(next);
        }
        return next;
    }

    private @Nullable Endpoint best(long nowNanos) {
        Endpoint next = pick(Trust.SHARE, nowNanos);
        if (next == null) {
            next = pick(Trust.USABLE, nowNanos);
        }
        if (next == null) {
            next = pick(Trust.ANY_API, nowNanos);
        }
        if (next == null) {
            next = pick(Trust.SUSPECT, nowNanos);
        }
        if (next == null && snapshot.isFailingStatic(nowNanos)) {
            next = pick(Trust.DOUBTFUL, nowNanos);
        }
        return next;
    }

    private @Nullable Endpoint pick(Trust trust, long nowNanos) {
        for (Choice choice : order) {
            RegionState region = snapshot.regions().get(choice.index());
            boolean out = region.location().gatewayDisabled() || region.name().equals(left);
            if (out || (full & bit(choice)) != 0) {
                continue;
            }
            ApiHealth health = api == null ? null : region.api(api.name());
            Endpoint node = region.pick(tried, health, trust, nowNanos);
            if (node != null) {
                here = health;
                if (health != null) {
                    health.sent();
                }
                current = region;
                currentBit = bit(choice);
                return node;
            }
        }
        return null;
    }

    private static long bit(Choice choice) {
        return 1L << choice.index();
    }

    /** A region that has no room is passed over whole. */
    @Override
    public boolean enter(Endpoint endpoint) {
        RegionState region = current;
        if (region == null) {
            throw new IllegalStateException("no endpoint was given");
        }
        boolean entered =
                isHome(region) ? region.bulkhead().enter() : region.bulkhead().enterAsGuest();
        if (entered) {
            place = region.bulkhead();
            return true;
        }
        full |= currentBit;
        return false;
    }

    /** Whether no region is nearer, in service or not; what the operator disabled is nobody's home. */
    private boolean isHome(RegionState region) {
        Choice nearest = null;
        for (Choice choice : order) {
            boolean disabled = snapshot.regions().get(choice.index()).location().gatewayDisabled();
            if (!disabled && (nearest == null || choice.costMillis() < nearest.costMillis())) {
                nearest = choice;
            }
        }
        return nearest != null && snapshot.regions().get(nearest.index()) == region;
    }

    @Override
    public void ended() {
        leave();
    }

    private void leave() {
        Bulkhead left = place;
        place = null;
        if (left != null) {
            left.leave();
        }
    }

    @Override
    public int maxAttempts() {
        return snapshot.settings().maxAttempts();
    }

    @Override
    public boolean mayRepeatWrites() {
        return api != null && api.retryIdempotentWrites();
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
        return status == 502 || status == 503 || status == 504;
    }

    @Override
    public boolean isNotProcessed(@Nullable String mark) {
        boolean proof = snapshot.mark().isProof(mark);
        withoutBackend = proof && mark != null && mark.startsWith(NotProcessedMark.NO_BACKEND + ";");
        overloaded = proof && mark != null && mark.startsWith(NotProcessedMark.OVERLOADED + ";");
        return proof;
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {
        if (failure == null || failure == Failure.RETRIABLE_STATUS || failure == Failure.NOT_PROCESSED) {
            endpoint.health().succeeded(nanos, nowNanos); // the node itself is well
            left = failure == Failure.RETRIABLE_STATUS || withoutBackend ? endpoint.region() : left;
            judge(failure, endpoint, nowNanos);
            Bulkhead at = place;
            if (at != null && failure == null) {
                at.answered(nowNanos);
            } else if (at != null && overloaded) {
                at.refused(nowNanos);
            }
        } else {
            endpoint.health().failed(failure, nowNanos);
            boolean broken = failure == Failure.RESPONSE_CUT || failure == Failure.BAD_RESPONSE;
            if (broken && here != null && here.compared(true, nowNanos)) {
                LOG.info("api left region={} api={} reason={}", endpoint.region(), api(), failure.label());
            }
        }
    }

    /** Compares the region's answer with another region's to the same request. */
    private void judge(@Nullable Failure failure, Endpoint endpoint, long nowNanos) {
        ApiHealth at = here;
        if (at == null || api == null) {
            return;
        }
        if (failure == Failure.NOT_PROCESSED) {
            if (withoutBackend && at.withoutBackend(nowNanos)) {
                LOG.info("api left region={} api={} reason=no_healthy_backend", endpoint.region(), api.name());
            }
        } else if (worse == null) {
            worse = failure == null ? null : at;
        } else if (worse != at && worse.compared(failure == null, nowNanos)) {
            LOG.info("api left region={} api={} reason=better_elsewhere", regionOf(worse), api.name());
        }
    }

    private String regionOf(ApiHealth health) {
        for (RegionState region : snapshot.regions()) {
            if (api != null && region.api(api.name()) == health) {
                return region.name();
            }
        }
        return "unknown";
    }

    @Override
    public LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts) {
        if (last == Failure.BULKHEAD_FULL) {
            return LocalAnswer.of(
                    outcome,
                    "Every region that can serve this request has as many under way as it may (bulkhead_full)",
                    Map.of("Retry-After", "1"),
                    null);
        }
        boolean nobody = last == null
                || last == Failure.NO_ENDPOINT
                || last == Failure.NO_ADDRESS
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
                    api());
        }
        return LocalAnswer.of(outcome, outcome.message(), Map.of(), api());
    }

    @Override
    public @Nullable String api() {
        return api == null ? null : api.name();
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
