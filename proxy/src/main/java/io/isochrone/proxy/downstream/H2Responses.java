package io.isochrone.proxy.downstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.http.Bytes;
import io.isochrone.proxy.http.H1Response;
import io.isochrone.proxy.http.HeaderFields;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes HTTP/2 field sections of HTTP/1 response heads and of answers of ours (RFC 9113 §8.3.2). Thread-safe: no state. */
final class H2Responses {
    private H2Responses() {}

    /** The head of an interim response (1xx). */
    static Http2Headers informational(H1Response head) {
        Http2Headers out = start(head.status());
        copy(head.fields(), out, head.status(), null);
        return out;
    }

    /** The head of a final response. */
    static Http2Headers head(H1Response head, Forwarding plan, Endpoint endpoint, int attempts) {
        Http2Headers out = start(head.status() == 101 ? 200 : head.status()); // a WebSocket opens (RFC 8441 §5)
        copy(head.fields(), out, head.status(), plan);
        plan.responseHeaders(sink(out), endpoint, attempts);
        return out;
    }

    /** The head of an answer of ours. */
    static Http2Headers answer(
            LocalAnswer answer, @Nullable Forwarding plan, int attempts, LoopState loop, int bodyBytes) {
        Http2Headers out = start(answer.status());
        HeaderSink sink = sink(out);
        sink.add("date", loop.httpDate());
        sink.add("content-type", answer.contentType());
        sink.add("content-length", Integer.toString(bodyBytes));
        answer.headers().forEach(sink::add);
        if (plan != null) {
            plan.responseHeaders(sink, null, attempts);
        } else {
            loop.dispatcher().answerHeaders(sink);
        }
        return out;
    }

    /** A trailer section. */
    static Http2Headers trailers(HeaderFields fields) {
        Http2Headers out = new DefaultHttp2Headers(false, fields.count());
        copy(fields, out, 0, null);
        return out;
    }

    private static Http2Headers start(int status) {
        return new DefaultHttp2Headers(false)
                .status(HttpResponseStatus.valueOf(status).codeAsText());
    }

    /** Everything but what belongs to the HTTP/1 connection (RFC 9113 §8.2.2) and what the plan leaves out. */
    private static void copy(HeaderFields fields, Http2Headers out, int status, @Nullable Forwarding plan) {
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.lowerCaseName(i);
            boolean lengthOfNothing = status == 204 && name.equals("content-length")
                    || status == 101 && name.equals("sec-websocket-accept");
            if (!fields.isHopByHop(i) && !lengthOfNothing && (plan == null || !plan.dropsResponseHeader(name))) {
                int start = fields.valueStart(i);
                out.add(name, new AsciiString(fields.bytes(), start, fields.lineEnd(i) - start, true));
            }
        }
    }

    private static HeaderSink sink(Http2Headers out) {
        return (name, value) -> out.add(name.toLowerCase(Locale.ROOT), clean(value));
    }

    /** The value with {@code ?} for what may not stand in one. */
    private static String clean(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!Bytes.isText(value.charAt(i))) {
                StringBuilder out = new StringBuilder(value);
                for (int k = i; k < value.length(); k++) {
                    if (!Bytes.isText(value.charAt(k))) {
                        out.setCharAt(k, '?');
                    }
                }
                return out.toString().trim();
            }
        }
        return value;
    }
}
