package io.isochrone.proxy.codec;

import io.isochrone.config.model.Limits;
import io.isochrone.proxy.http.H1Request;
import io.isochrone.proxy.http.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's bytes as a listener does, in whatever pieces they arrive: {@code METHOD target [body]} for each request, and
 * {@code ! VIOLATION} for the rule that ended the reading. Not thread-safe; confined to its test.
 */
public final class RequestReader {
    private final Limits limits;
    private final HeadCollector collector = new HeadCollector();
    private final H1Request request = new H1Request();
    private final BodyReader body = new BodyReader();
    private final ByteBuf in = Unpooled.buffer();
    private final List<String> seen = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private boolean inBody;
    private boolean broken;

    public RequestReader(Limits limits) {
        this.limits = limits;
    }

    /** Everything that is read when the bytes arrive at once. */
    public static List<String> readWhole(String bytes) {
        return new RequestReader(Limits.DEFAULTS).feed(bytes).seen();
    }

    /** Takes further bytes, one per character. */
    public RequestReader feed(String bytes) {
        in.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
        while (!broken && (inBody ? bodyStep() : headStep())) {
            // each step takes a head or a run of a body
        }
        return this;
    }

    /** What was read; a request whose body is not complete is not there. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    private boolean headStep() {
        if (!collector.collect(in, limits.maxTargetBytes() + 64, limits.maxHeadBytes())) {
            return stop(collector.violation());
        }
        Violation violation =
                request.parse(collector.head(), collector.length(), limits.maxTargetBytes(), limits.maxHeaderFields());
        if (violation != null) {
            return stop(violation);
        }
        inBody = true;
        content.setLength(0);
        if (request.fields().isChunked()) {
            body.chunked();
        } else {
            body.length(Math.max(0, request.fields().contentLength()));
        }
        return endIfDone();
    }

    private boolean bodyStep() {
        int n = in.isReadable() ? body.next(in, true) : 0;
        if (n == 0) {
            return stop(body.violation());
        }
        String run = in.readCharSequence(n, StandardCharsets.ISO_8859_1).toString();
        if (body.isData()) {
            content.append(run);
        }
        return endIfDone();
    }

    private boolean endIfDone() {
        if (body.isDone()) {
            inBody = false;
            String line = request.method() + " " + request.target();
            seen.add(content.length() == 0 ? line : line + " [" + content + "]");
        }
        return true;
    }

    private boolean stop(@Nullable Violation violation) {
        if (violation != null) {
            broken = true;
            seen.add("! " + violation);
        }
        return false;
    }
}
