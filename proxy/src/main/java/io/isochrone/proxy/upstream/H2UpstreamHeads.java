package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;

/** Makes HTTP/2 field sections of HTTP/1 request heads (RFC 9113 §8.3.1). Thread-safe: no state. */
final class H2UpstreamHeads {
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    private H2UpstreamHeads() {}

    /** The head of a request; {@code Host}, from the client or the plan, becomes {@code :authority}. */
    static Http2Headers request(H1Request request, Forwarding plan, Endpoint to, int attempt, String via) {
        HeaderFields fields = request.fields();
        String target = plan.target(to);
        Http2Headers out = new DefaultHttp2Headers(false, fields.count() + 8);
        out.method(request.method()).scheme(to.isTls() ? HTTPS : HTTP).path(target == null ? request.target() : target);
        if (!plan.dropsRequestHeader("host")) {
            out.authority(request.host().isEmpty() ? to.id() : request.host());
        }
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.lowerCaseName(i);
            if (name.equals("te") && hasTrailers(fields.value(i))) {
                out.set(TE, TRAILERS);
            }
            if (!fields.isHopByHop(i) && !name.equals("host") && !plan.dropsRequestHeader(name)) {
                out.add(name, value(fields, i));
            }
        }
        HeaderSink sink = sink(out);
        sink.add("via", via);
        plan.requestHeaders(sink, to, attempt);
        return out;
    }

    private static boolean hasTrailers(String te) {
        return te.toLowerCase(Locale.ROOT).contains("trailers");
    }

    /** A trailer section. */
    static Http2Headers trailers(HeaderFields fields) {
        Http2Headers out = new DefaultHttp2Headers(false, fields.count());
        for (int i = 0; i < fields.count(); i++) {
            out.add(fields.lowerCaseName(i), value(fields, i));
        }
        return out;
    }

    private static AsciiString value(HeaderFields fields, int i) {
        int start = fields.valueStart(i);
        return new AsciiString(fields.bytes(), start, fields.lineEnd(i) - start, true);
    }

    private static HeaderSink sink(Http2Headers out) {
        return (name, value) -> {
            if (name.equalsIgnoreCase("host")) {
                out.authority(value);
            } else {
                out.add(name.toLowerCase(Locale.ROOT), value);
            }
        };
    }
}
