package io.isochrone.gateway.door;

import io.isochrone.config.model.Api;
import io.isochrone.gateway.auth.KeyDoor;
import io.isochrone.gateway.backend.BackendSet;
import io.isochrone.proxy.client.ClientAddress;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.Dispatcher;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.RequestHead;
import io.isochrone.proxy.mark.NotProcessedMark;
import io.isochrone.proxy.outcome.Outcome;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the API of a request and plans its way to a backend. Thread-safe: reads one snapshot per request. */
public final class GatewayDispatcher implements Dispatcher {
    /** Where others ask whether this gateway serves; the path that Azure API Management's gateways answer on. */
    public static final String STATUS_PATH = "/status-0123456789abcdef";

    private final Supplier<GatewaySnapshot> live;
    private final BooleanSupplier draining;
    private final BooleanSupplier warming;
    private final String region;
    private final KeyDoor keys;

    /**
     * @param live the snapshot in force
     * @param draining whether the node is leaving
     * @param warming whether the node still rehearses
     * @param region canonical name of the region it serves
     * @param keys asks for subscription keys
     */
    public GatewayDispatcher(
            Supplier<GatewaySnapshot> live,
            BooleanSupplier draining,
            BooleanSupplier warming,
            String region,
            KeyDoor keys) {
        this.live = live;
        this.draining = draining;
        this.warming = warming;
        this.region = region;
        this.keys = keys;
    }

    @Override
    public Dispatch dispatch(RequestHead head, Peer peer, long nowNanos) {
        GatewaySnapshot snapshot = live.get();
        if (head.path().equals(STATUS_PATH)) {
            return status(snapshot);
        }
        if (snapshot.disabled()) {
            return refusal(snapshot.mark(), "gateway_disabled", "The gateway of this region is disabled", null);
        }
        Api api = snapshot.apis().match(head.path());
        BackendSet backends = api == null ? null : snapshot.backends().get(api.name());
        if (api == null || backends == null) {
            return LocalAnswer.of(Outcome.NOT_FOUND);
        }
        LocalAnswer refusal = keys.refusal(head, api, snapshot.subscriptions(), peer.tls());
        if (refusal != null) {
            return refusal;
        }
        boolean trusted =
                ClientAddress.isTrusted(peer.address(), snapshot.settings().trustedProxies());
        ClientAddress client = ClientAddress.resolve(
                peer.address(), peer.text(), trusted, head, snapshot.settings().trustedProxies());
        ForwardedFields forwarded =
                ForwardedFields.of(snapshot.settings().forwardedHeaders(), peer.text(), trusted, peer.tls(), head);
        return new BackendForwarding(
                snapshot,
                region,
                api,
                backends,
                head.target().substring(api.path().length()),
                client.text(),
                forwarded);
    }

    private LocalAnswer status(GatewaySnapshot snapshot) {
        if (draining.getAsBoolean() || snapshot.disabled()) {
            return new LocalAnswer(
                    Outcome.ANSWERED,
                    503,
                    "application/json",
                    LocalAnswer.json(503, draining.getAsBoolean() ? "draining" : "gateway disabled"),
                    Map.of("Isochrone-Draining", "true"),
                    null);
        }
        int status = warming.getAsBoolean() ? 503 : 200;
        String message = status == 200 ? "ok" : "warming up";
        return new LocalAnswer(
                Outcome.ANSWERED, status, "application/json", LocalAnswer.json(status, message), Map.of(), null);
    }

    /** A 503 before any backend was contacted, marked so that a router may take any request elsewhere. */
    static LocalAnswer refusal(NotProcessedMark mark, String reason, String message, @Nullable String api) {
        String proof = mark.value(reason);
        return LocalAnswer.of(
                Outcome.UNAVAILABLE, message, proof == null ? Map.of() : Map.of("Isochrone-Not-Processed", proof), api);
    }

    /** A 503 for want of room, marked likewise, that says when to come again. */
    static LocalAnswer shed(NotProcessedMark mark, String reason, String message, @Nullable String api) {
        String proof = mark.value(reason);
        Map<String, String> fields = proof == null
                ? Map.of("Retry-After", "1")
                : Map.of("Retry-After", "1", "Isochrone-Not-Processed", proof);
        return LocalAnswer.of(Outcome.SHED, message, fields, api);
    }

    @Override
    public LocalAnswer overloaded() {
        return shed(live.get().mark(), NotProcessedMark.OVERLOADED, Outcome.SHED.message(), null);
    }

    /** Says where a response comes from, and whether the gateway itself gave it. */
    static void stamp(HeaderSink out, String region, boolean ownAnswer) {
        out.add("Isochrone-Region", region);
        if (ownAnswer) {
            out.add("Isochrone-Answered-By", "gateway");
        }
    }

    @Override
    public void answerHeaders(HeaderSink out) {
        stamp(out, region, true);
    }
}
