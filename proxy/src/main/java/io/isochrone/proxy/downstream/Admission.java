package io.isochrone.proxy.downstream;

import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.outcome.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a request meets between its head and its exchange, whatever protocol brought it. Thread-safe: no state. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private Admission() {}

    /** Decides what becomes of a request whose head passed the grammar. On the loop. */
    static Dispatch decide(LoopState loop, H1Request request, Peer peer, long nowNanos) {
        if (request.fields().contentLength() > loop.settings().limits().maxBodyBytes()) {
            return LocalAnswer.of(Outcome.BODY_TOO_LARGE);
        }
        String via = request.header("via");
        if (via != null && Loops.isLoop(request, loop.nodeId())) {
            return LocalAnswer.of(Outcome.LOOP, "Loop detected: " + via, Map.of(), null);
        }
        try {
            Dispatch dispatch = loop.dispatcher().dispatch(request, peer, nowNanos);
            return dispatch instanceof Forwarding && loop.isFull()
                    ? loop.dispatcher().overloaded()
                    : dispatch;
        } catch (RuntimeException e) {
            LOG.error("dispatcher failed method={} bug=true", request.method(), e);
            return LocalAnswer.of(Outcome.INTERNAL);
        }
    }

    /** Records a request that ended without an exchange. On the loop. */
    static void record(
            LoopState loop, H1Request request, Peer peer, Outcome outcome, int status, @Nullable String api) {
        loop.context()
                .observer()
                .ended(new ExchangeRecord(
                        outcome,
                        status,
                        request.method(),
                        request.target(),
                        api,
                        null,
                        null,
                        "",
                        0,
                        null,
                        peer.text(),
                        peer.text(),
                        0,
                        0,
                        loop.epochMillis(loop.now()),
                        -1,
                        0));
    }
}
