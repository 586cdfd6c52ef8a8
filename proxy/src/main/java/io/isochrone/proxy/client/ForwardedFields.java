package io.isochrone.proxy.client;

import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * The X-Forwarded-* and Forwarded (RFC 7239) fields of one request. What an untrusted peer says about itself is dropped, in every
 * spelling that a server behind might fold into the same variable; what a trusted proxy says is extended.
 *
 * <p>Immutable.
 */
public final class ForwardedFields {
    private final ForwardedHeaders settings;
    private final String chain;
    private final String proto;
    private final String host;
    private final @Nullable String forwarded;

    private ForwardedFields(
            ForwardedHeaders settings, String chain, String proto, String host, @Nullable String forwarded) {
        this.settings = settings;
        this.chain = chain;
        this.proto = proto;
        this.host = host;
        this.forwarded = forwarded;
    }

    /** Of a request that came from {@code peerText}. */
    public static ForwardedFields of(
            ForwardedHeaders settings, String peerText, boolean peerTrusted, boolean tls, RequestHead head) {
        String scheme = tls ? "https" : "http";
        String before = peerTrusted ? joined(head, "x-forwarded-for") : null;
        String proto = peerTrusted ? head.header("x-forwarded-proto") : null;
        String host = peerTrusted ? head.header("x-forwarded-host") : null;
        String forwarded = null;
        if (settings.forwarded()) {
            String own = "for=" + node(peerText) + ";proto=" + scheme + ";host=\""
                    + head.host().replace("\"", "") + "\"";
            String earlier = peerTrusted ? joined(head, "forwarded") : null;
            forwarded = earlier == null ? own : earlier + ", " + own;
        }
        return new ForwardedFields(
                settings,
                before == null ? peerText : before + ", " + peerText,
                proto == null ? scheme : proto,
                host == null ? head.host() : host,
                forwarded);
    }

    private static String node(String address) {
        return address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
    }

    private static @Nullable String joined(RequestHead head, String name) {
        String all = null;
        for (int i = 0; i < head.headerCount(); i++) {
            if (head.headerName(i).equals(name)) {
                all = all == null ? head.headerValue(i) : all + ", " + head.headerValue(i);
            }
        }
        return all;
    }

    /** Whether an incoming field is one of those that are written anew or must not come from outside. */
    public static boolean replaces(String lowerCaseName) {
        char first = lowerCaseName.charAt(0);
        if (first != 'x' && first != 'f' && first != 'i') {
            return false;
        }
        String name = lowerCaseName.indexOf('_') >= 0 ? lowerCaseName.replace('_', '-') : lowerCaseName;
        return name.startsWith("x-forwarded")
                || name.equals("forwarded")
                || name.equals("x-real-ip")
                || name.startsWith("isochrone-");
    }

    /** Writes the fields. */
    public void writeTo(HeaderSink out) {
        if (settings.xForwarded()) {
            out.add("X-Forwarded-For", chain);
            out.add("X-Forwarded-Proto", proto);
            out.add("X-Forwarded-Host", host);
        }
        if (forwarded != null) {
            out.add("Forwarded", forwarded);
        }
    }
}
