package io.isochrone.control.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a request apart, asks who it is from, gives it to who answers below its path, and writes the answer. The body is read only
 * once the token is known to be good.
 *
 * <p>Thread-safe: called by many threads at once.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final long RECHECK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final List<Mount> mounts;
    private final Authenticator authenticator;
    private final Executor executor;

    Dispatch(List<Mount> mounts, Authenticator authenticator, Executor executor) {
        this.mounts = List.copyOf(mounts);
        this.authenticator = authenticator;
        this.executor = executor;
    }

    /** Answers a request, now or later. */
    void handle(Context context) {
        context.header("x-ms-request-id", UUID.randomUUID().toString());
        String clientId = context.header("x-ms-client-request-id");
        if (clientId != null && clientId.length() <= 128 && clientId.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            context.header("x-ms-client-request-id", clientId);
        }
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Cache-Control", "no-store");
        try {
            take(context);
        } catch (RuntimeException | IOException e) {
            write(context, failed(e, context));
        }
    }

    private void take(Context context) throws IOException {
        String path = Urls.path(context.req().getRequestURI());
        Map<String, String> query = Urls.query(context.req().getQueryString());
        if (path == null || query == null) {
            write(
                    context,
                    Reply.error(400, "InvalidUri", "path or query: broken escapes (expected: UTF-8, percent-encoded)"));
            return;
        }
        Mount mount = Mount.find(mounts, path);
        Map<String, String> headers = headers(context);
        String authorization = headers.get("authorization");
        boolean open = mount != null && mount.open();
        if (authorization == null && !open) {
            String token = authenticator.elsewhere(context.req().getMethod(), headers);
            authorization = token == null ? null : "Bearer " + token;
        }
        Caller caller = Caller.ANONYMOUS;
        if (!open || authorization != null) {
            Authenticator.Verdict verdict;
            try {
                verdict = authenticator.check(authorization, context.req().getRemoteAddr());
            } catch (RuntimeException e) {
                LOG.warn("token not checked reason={}", e.toString());
                write(
                        context,
                        Reply.error(
                                        503,
                                        "ServiceUnavailable",
                                        "The token cannot be checked now: the store does not answer.")
                                .with("Retry-After", "1"));
                return;
            }
            if (verdict.caller() == null) {
                write(context, verdict.refusal() == null ? Reply.of(401) : verdict.refusal());
                return;
            }
            caller = verdict.caller();
        }
        if (mount == null) {
            write(
                    context,
                    Reply.error(404, "ResourceNotFound", "path: " + path + " (expected: one that is served here)"));
            return;
        }
        byte[] body = body(context);
        if (body == null) {
            return;
        }
        Call call = new Call(
                context.req().getMethod(),
                path,
                query,
                headers,
                body,
                caller,
                Urls.base(
                        context.req().getScheme(),
                        context.header("Host"),
                        context.req().getLocalName() + ":" + context.req().getLocalPort()));
        if (mount.stream() != null) {
            stream(context, mount.stream(), call, authorization);
        } else if (mount.endpoint() != null) {
            later(
                    context,
                    open
                            ? guarded(mount.endpoint(), call, context)
                            : mount.endpoint().answer(call));
        }
    }

    /** What is open to everybody may be shown tokens too, to sign in: bad ones count as everywhere. */
    private CompletionStage<Reply> guarded(Endpoint endpoint, Call call, Context context) {
        String address = context.req().getRemoteAddr();
        Reply wait = call.method().equals("POST") ? authenticator.mustWait(address) : null;
        if (wait != null) {
            return CompletableFuture.completedFuture(wait);
        }
        return endpoint.answer(call).thenApply(reply -> {
            if (reply.status() == 401) {
                authenticator.failed(address);
            }
            return reply;
        });
    }

    /** The answer may come at once or much later; nothing waits for it. */
    private void later(Context context, CompletionStage<Reply> stage) {
        CompletableFuture<Reply> future = stage.toCompletableFuture();
        if (future.isDone()) {
            write(
                    context,
                    future.handle((reply, e) -> e == null ? reply : failed(e, context))
                            .join());
            return;
        }
        // The thread that completes the stage may have thousands more to complete: another one writes.
        context.future(() -> future.handleAsync(
                (reply, e) -> {
                    write(context, e == null ? reply : failed(e, context));
                    return null;
                },
                executor));
    }

    private void stream(Context context, StreamEndpoint endpoint, Call call, @Nullable String authorization)
            throws IOException {
        String address = context.req().getRemoteAddr();
        LineStream lines = new LineStream(context.res().getOutputStream(), stillGood(authorization, address));
        Reply head;
        try {
            head = endpoint.open(call, lines);
        } catch (RuntimeException e) {
            lines.finish();
            throw e;
        }
        if (head.status() != 200) {
            lines.finish();
            write(context, head);
            return;
        }
        if (head.body().length > 0) {
            lines.first(head.body());
        }
        context.status(200);
        head.headers().forEach(context::header);
        context.future(lines::start);
    }

    /** Whether the token is good, asked again at most every two seconds. */
    private BooleanSupplier stillGood(@Nullable String authorization, String address) {
        AtomicLong last = new AtomicLong(System.nanoTime());
        return () -> {
            long now = System.nanoTime();
            long before = last.get();
            if (authorization == null || now - before < RECHECK_NANOS || !last.compareAndSet(before, now)) {
                return true;
            }
            try {
                return authenticator.check(authorization, address).caller() != null;
            } catch (RuntimeException e) {
                LOG.debug("token not checked again reason={}", e.toString());
                return true;
            }
        };
    }

    /** The body, or null after it was refused: too long, too slow. */
    private static byte @Nullable [] body(Context context) throws IOException {
        int most = ControlServer.MOST_BODY;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ControlServer.BODY_SECONDS);
        boolean tooLong = context.req().getContentLengthLong() > most;
        InputStream in = context.req().getInputStream();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        while (!tooLong) {
            int read = in.read(chunk);
            if (read < 0) {
                return body.toByteArray();
            }
            body.write(chunk, 0, read);
            tooLong = body.size() > most;
            if (System.nanoTime() - end > 0) {
                write(
                        context,
                        Reply.error(408, "RequestTimeout", "body: not here after " + ControlServer.BODY_SECONDS + " s")
                                .with("Connection", "close"));
                return null;
            }
        }
        write(
                context,
                Reply.error(413, "RequestEntityTooLarge", "body: too long (expected: at most " + most + " bytes)")
                        .with("Connection", "close"));
        return null;
    }

    private static Map<String, String> headers(Context context) {
        Map<String, String> headers = new LinkedHashMap<>();
        Enumeration<String> names = context.req().getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement();
            String value = context.req().getHeader(name);
            if (value != null) {
                headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
            }
        }
        return headers;
    }

    private static Reply failed(Throwable error, Context context) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        LOG.error(
                "call failed method={} path={}",
                context.req().getMethod(),
                context.req().getRequestURI(),
                cause);
        return Reply.error(500, "InternalServerError", "The control plane failed at this call; its log says why.");
    }

    private static void write(Context context, Reply reply) {
        context.status(reply.status());
        reply.headers().forEach(context::header);
        if (reply.body().length > 0 && !context.req().getMethod().equals("HEAD")) {
            context.result(reply.body());
        }
    }
}
