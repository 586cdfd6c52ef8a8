package io.isochrone.gateway.door;

import io.isochrone.config.model.Api;
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
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the API of a request and plans its way to a backend. Thread-safe: reads one snapshot per request. */
public final class GatewayDispatcher implements Dispatcher {
    /** Where others ask whether this gateway serves; the path that Azure API Management's gateways answer on. */
    public static final String STATUS_PATH = "/status-0123456789abcdef";

    private final Supplier<GatewaySnapshot> live;
    private final Supplier<Boolean> draining;
    private final String region;

    public GatewayDispatcher(Supplier<GatewaySnapshot> live, Supplier<Boolean> draining, String region) {
        this.live = live;
        this.draining = draining;
        this.region = region;
    }

    @Override
    public Dispatch dispatch(RequestHead head, Peer peer, long nowNanos) {
        GatewaySnapshot snapshot = live.get();
        if (head.path().equals(STATUS_PATH)) {
            return status(snapshot);
        }
        if (snapshot.disabled()) {
            return refusal(snapshot, "gateway_disabled", "The gateway of this region is disabled", null);
        }
        Api api = snapshot.apis().match(head.path());
        BackendSet backends = api == null ? null : snapshot.backends().get(api.name());
        if (api == null || backends == null) {
            return LocalAnswer.of(Outcome.NOT_FOUND, Outcome.NOT_FOUND.message(), own(), null);
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
        if (draining.get() || snapshot.disabled()) {
            Map<String, String> headers = own();
            headers.put("Isochrone-Draining", "true");
            return new LocalAnswer(
                    Outcome.ANSWERED,
                    503,
                    "application/json",
                    LocalAnswer.json(503, draining.get() ? "draining" : "gateway disabled"),
                    headers,
                    null);
        }
        return new LocalAnswer(Outcome.ANSWERED, 200, "application/json", LocalAnswer.json(200, "ok"), own(), null);
    }

    private LocalAnswer refusal(GatewaySnapshot snapshot, String reason, String message, @Nullable String api) {
        return refusal(snapshot.mark(), region, reason, message, api);
    }

    /** A 503 before any backend was contacted, marked so that a router may take any request elsewhere. */
    static LocalAnswer refusal(
            NotProcessedMark mark, String region, String reason, String message, @Nullable String api) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Isochrone-Region", region);
        headers.put("Isochrone-Answered-By", "gateway");
        String proof = mark.value(reason);
        if (proof != null) {
            headers.put("Isochrone-Not-Processed", proof);
        }
        return LocalAnswer.of(Outcome.UNAVAILABLE, message, headers, api);
    }

    private Map<String, String> own() {
        Map<String, String> headers = new HashMap<>();
        headers.put("Isochrone-Region", region);
        headers.put("Isochrone-Answered-By", "gateway");
        return headers;
    }

    @Override
    public void answerHeaders(HeaderSink out) {
        // LocalAnswers of this class bring their own fields; refusals of malformed requests have no region to name
    }
}
