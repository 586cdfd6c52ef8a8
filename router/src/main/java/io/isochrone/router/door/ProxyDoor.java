package io.isochrone.router.door;

import io.isochrone.proxy.client.ClientAddress;
import io.isochrone.proxy.client.ForwardedFields;
import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.Dispatcher;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.RequestHead;
import io.isochrone.router.geo.Place;
import io.isochrone.router.steering.Choice;
import io.isochrone.router.steering.Steering;
import java.util.List;
import java.util.function.Supplier;

/** Sends each request through this router to the best region. Thread-safe: reads one snapshot per request. */
public final class ProxyDoor implements Dispatcher {
    private final Supplier<RouterSnapshot> live;

    public ProxyDoor(Supplier<RouterSnapshot> live) {
        this.live = live;
    }

    @Override
    public Dispatch dispatch(RequestHead head, Peer peer, long nowNanos) {
        RouterSnapshot snapshot = live.get();
        var trusted = snapshot.settings().trustedProxies();
        boolean peerTrusted = ClientAddress.isTrusted(peer.address(), trusted);
        ClientAddress client = ClientAddress.resolve(peer.address(), peer.text(), peerTrusted, head, trusted);
        Place place = snapshot.locator().find(client.bytes());
        List<Choice> order = Steering.order(place.point(), snapshot.candidates(nowNanos));
        ForwardedFields forwarded =
                ForwardedFields.of(snapshot.settings().forwardedHeaders(), peer.text(), peerTrusted, peer.tls(), head);
        return new RegionForwarding(snapshot, order, snapshot.apis().match(head.path()), client.text(), forwarded);
    }

    @Override
    public void answerHeaders(HeaderSink out) {
        out.add("Isochrone-Region", "none");
        out.add("Isochrone-Answered-By", "router");
        out.add("Isochrone-Attempts", "0");
    }
}
