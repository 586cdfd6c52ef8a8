package io.isochrone.proxy.downstream;

import io.isochrone.proxy.http.Bytes;
import io.isochrone.proxy.http.H1Request;

/**
 * What reading one request head needs; used for one stream after another.
 *
 * <p>Confined to one event loop.
 *
 * @param request the parsed head; points into {@code head}
 * @param head the head's bytes
 */
record RequestSlot(H1Request request, Bytes head) {
    RequestSlot() {
        this(new H1Request(), new Bytes(512));
    }
}
