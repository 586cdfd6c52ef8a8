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
import io.isochrone.proxy.resilience.LearnedRate;
import io.isochrone.router.region.ApiHealth;
import io.isochrone.router.region.RegionCapacity;
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
    private @Nullable RegionCapacity place;
    /** Bits of the regions, by index, that had no room; regions 64 apart share a bit, which only passes one over too many. */
    private long full;
    /** The API's health where the request is now; null: not watched. */
    private @Nullable ApiHealth here;
    /** Where a second attempt is under way beside the first, with the API's health and the place there. */
    private @Nullable Endpoint second;

    private @Nullable ApiHealth secondHealth;
    private @Nullable RegionCapacity secondPlace;
    /** Where the request was first answered badly. */
    private @Nullable ApiHealth worse;

    /** The region whose answer was bad: what is behind its nodes is the same for all of them. Null: none. */
    private @Nullable String left;

    private boolean withoutBackend;
    private boolean overloaded;
    private boolean apiFull;
    /** Whether an overloaded region refused this request: it has been far, and goes before others. */
    private boolean returned;
    /** Whether that was its last answer. */
    private boolean refusedLast;
    /** Whether a region was passed over for want of room. */
    private boolean denied;
    /** Whether it is sent whatever regions are believed to bear. */
    private boolean forced;
    /** When the endpoint was given, or its attempt ended. */
    private long nowNanos;

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
        this.nowNanos = nowNanos;
        Endpoint next = best(nowNanos);
        if (next == null && left != null) {
            left = null;
            next = best(nowNanos);
        }
        if (next == null
                && denied
                && !forced
                && (returned || !snapshot.refusals().mayRefuse(nowNanos))) {
            forced = true;
            full = 0;
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
        if (enter(region, here, rank(region), nowNanos)) {
            place = region.capacity();
            return true;
        }
        denied |= region.capacity().count() < region.capacity().bound(); // there is a place, so it is the rate
        full |= currentBit;
        return false;
    }

    /** Takes a place if the region, and the API in it, are believed to bear it. */
    private boolean enter(RegionState region, @Nullable ApiHealth health, LearnedRate.Rank rank, long now) {
        boolean rate = forced || health == null || health.rate().take(rank, now);
        return rate && region.capacity().enter(rank, forced, now);
    }

    private LearnedRate.Rank rank(RegionState region) {
        if (returned) {
            return LearnedRate.Rank.RETURNED;
        }
        return isHome(region) ? LearnedRate.Rank.HOME : LearnedRate.Rank.GUEST;
    }

    /** The first in the order of which nothing is in doubt: who is asked although another may answer yet must not be harmed by it. */
    @Override
    public @Nullable Endpoint hedge(int attempt, long nowNanos) {
        for (Choice choice : order) {
            RegionState region = snapshot.regions().get(choice.index());
            boolean out = region.location().gatewayDisabled() || region.name().equals(left);
            ApiHealth health = api == null ? null : region.api(api.name());
            Endpoint node = out ? null : region.pick(tried, health, Trust.WELL, nowNanos);
            if (node != null && enter(region, health, LearnedRate.Rank.GUEST, nowNanos)) {
                tried.add(node);
                second = node;
                secondHealth = health;
                secondPlace = region.capacity();
                if (health != null) {
                    health.sent();
                }
                return node;
            }
        }
        return null;
    }

    @Override
    public void hedgeEnded(boolean standsIn) {
        RegionCapacity over = standsIn ? place : secondPlace;
        if (standsIn) {
            place = secondPlace;
            here = secondHealth;
        }
        second = null;
        secondHealth = null;
        secondPlace = null;
        if (over != null) {
            over.leave();
        }
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
        if (second != null) {
            hedgeEnded(false);
        }
        leave();
        snapshot.refusals().ended();
        if (refusedLast && (forced || !denied)) {
            snapshot.refusals().refusedEverywhere(nowNanos);
        }
    }

    private void leave() {
        RegionCapacity left = place;
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
        apiFull = proof && mark != null && mark.startsWith(NotProcessedMark.BULKHEAD_FULL + ";");
        return proof;
    }

    @Override
    public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {
        boolean beside = endpoint == second;
        ApiHealth there = beside ? secondHealth : here;
        if (failure == null || failure == Failure.RETRIABLE_STATUS || failure == Failure.NOT_PROCESSED) {
            endpoint.health().succeeded(nanos, nowNanos); // somebody is there
            if (status >= 500 && failure != Failure.NOT_PROCESSED) {
                answeredBadly(endpoint, nowNanos);
            }
            left = failure == Failure.RETRIABLE_STATUS || withoutBackend ? endpoint.region() : left;
            judge(failure, endpoint, there, nowNanos);
            learn(failure, beside ? secondPlace : place, there, nowNanos - nanos, nowNanos);
        } else {
            endpoint.health().failed(failure, nowNanos);
            boolean broken = failure == Failure.RESPONSE_CUT || failure == Failure.BAD_RESPONSE;
            if (broken) {
                answeredBadly(endpoint, nowNanos);
            }
            if (broken && there != null && there.compared(true, nowNanos)) {
                LOG.info("api left region={} api={} reason={}", endpoint.region(), api(), failure.label());
            }
        }
    }

    private void answeredBadly(Endpoint endpoint, long now) {
        for (RegionState region : snapshot.regions()) {
            if (region.name().equals(endpoint.region())) {
                region.answeredBadly(endpoint, now);
            }
        }
    }

    /** Takes note of what the region, or the API in it, bears. */
    private void learn(
            @Nullable Failure failure,
            @Nullable RegionCapacity at,
            @Nullable ApiHealth health,
            long sentNanos,
            long nowNanos) {
        this.nowNanos = nowNanos;
        refusedLast = failure == Failure.NOT_PROCESSED && (overloaded || apiFull);
        if (failure == null) {
            if (at != null) {
                at.answered(nowNanos);
            }
            if (health != null) {
                health.rate().answered(nowNanos);
            }
        } else if (refusedLast) {
            returned = true;
            if (overloaded && at != null) {
                at.refused(sentNanos, nowNanos);
            } else if (apiFull && health != null) {
                health.rate().refused(sentNanos, nowNanos);
            }
        }
    }

    /** Compares the region's answer with another region's to the same request. */
    private void judge(@Nullable Failure failure, Endpoint endpoint, @Nullable ApiHealth at, long nowNanos) {
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
                || last == Failure.NO_CONNECTION
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
