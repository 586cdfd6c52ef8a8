package io.isochrone.control.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Calls of etcd's v3 API in JSON over HTTP, by whichever endpoint answers. One that refuses, hangs beyond the bound of an attempt or
 * has no leader is left for the next one, round and round until the bound of the whole call.
 *
 * <p>A call may so be carried out more than once: what is sent through it must be safe to repeat. {@link Answer#doubtful} and
 * {@link EtcdException#isDoubtful} tell that an earlier attempt may have been carried out, or may be yet.
 *
 * <p>Thread-safe.
 *
 * <p>Source: etcd v3.4 documentation, "gRPC gateway".
 */
final class EtcdClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONNECT_MILLIS = 1_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The gateway passes on 4 MiB, which are longer in JSON. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final List<URI> endpoints;
    private final EtcdOptions options;
    private final HttpClient http;
    private final AtomicInteger preferred = new AtomicInteger();
    private volatile @Nullable String token;
    private volatile boolean closed;

    /** What came back, and whether an earlier attempt of the same call may have been carried out too. */
    record Answer(JsonNode body, boolean doubtful) {}

    EtcdClient(List<URI> endpoints, EtcdOptions options) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least one)");
        }
        for (URI each : endpoints) {
            if (each.getHost() == null || !("http".equals(each.getScheme()) || "https".equals(each.getScheme()))) {
                throw new IllegalArgumentException(
                        "endpoint: " + each + " (expected: http://HOST:PORT or https://HOST:PORT)");
            }
        }
        this.endpoints = List.copyOf(endpoints);
        this.options = options;
        this.http = new HttpClient();
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("etcd-http");
        threads.setDaemon(true);
        http.setExecutor(threads);
        http.setConnectTimeout(Math.min(CONNECT_MILLIS, options.attempt().toMillis()));
        http.setFollowRedirects(false);
        if (options.certificates() != null) {
            SslContextFactory.Client tls = new SslContextFactory.Client();
            tls.setSslContext(EtcdTls.trusting(options.certificates()));
            http.setSslContextFactory(tls);
        }
        try {
            http.start();
        } catch (Exception e) {
            throw new StoreException("etcd: its client did not start: " + e, e);
        }
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static JsonNode parse(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }

    /** The first answer. Waits for the total bound at most; throws {@link StoreException} once closed. */
    Answer call(String path, JsonNode request) throws EtcdException {
        long end = System.nanoTime() + options.total().toNanos();
        boolean doubtful = false;
        boolean signedIn = false;
        String last = "";
        for (int attempt = 0; ; attempt++) {
            if (closed) {
                throw new StoreException(
                        "etcd: closed, " + (doubtful ? "it is not known to be stored" : "nothing was changed"), null);
            }
            int index = preferred.get();
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                throw new EtcdException(
                        EtcdException.NO_ANSWER,
                        "no answer within " + options.total().toMillis() + " ms: " + last,
                        doubtful);
            }
            try {
                if (options.user() != null && token == null) {
                    signIn(index, left);
                    continue;
                }
                return new Answer(
                        send(
                                index,
                                path,
                                request,
                                Math.min(left, options.attempt().toNanos())),
                        doubtful);
            } catch (EtcdException e) {
                if (e.code() == EtcdException.UNAUTHENTICATED && options.user() != null && !signedIn) {
                    token = null;
                    signedIn = true;
                    continue;
                }
                doubtful |= e.isDoubtful();
                if (!mayMoveOn(e.code())) {
                    throw new EtcdException(e.code(), String.valueOf(e.getMessage()), doubtful);
                }
                if (last.isEmpty() || left >= options.attempt().toNanos()) {
                    // An attempt that was cut short by the end of the call says nothing about the endpoint.
                    last = endpoints.get(index) + " " + e.getMessage();
                }
                preferred.compareAndSet(index, (index + 1) % endpoints.size());
                if (attempt % endpoints.size() == endpoints.size() - 1) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Sends once and hands the pieces of an answer without end over as they come; then runs {@code end}. */
    Request stream(String path, JsonNode request, Consumer<ByteBuffer> pieces, Runnable end) {
        Request stream =
                request(preferred.get(), path, request).onResponseContent((response, piece) -> pieces.accept(piece));
        stream.send(result -> end.run());
        return stream;
    }

    @Override
    public void close() {
        closed = true;
        try {
            http.stop();
        } catch (Exception e) {
            throw new StoreException("etcd: its client did not stop: " + e, e);
        }
    }

    private void signIn(int index, long nanos) throws EtcdException {
        ObjectNode request = object().put("name", options.user()).put("password", options.password());
        JsonNode answer = send(
                index,
                "/v3/auth/authenticate",
                request,
                Math.min(nanos, options.attempt().toNanos()));
        token = answer.path("token").asText();
    }

    private JsonNode send(int index, String path, JsonNode request, long nanos) throws EtcdException {
        Request attempt = request(index, path, request).timeout(nanos, TimeUnit.NANOSECONDS);
        CompletableFuture<ContentResponse> future = new CompletableResponseListener(attempt, MAX_ANSWER_BYTES).send();
        try {
            ContentResponse response = future.get();
            String text = response.getContentAsString();
            JsonNode body = parse(text.isEmpty() ? "{}" : text);
            if (response.getStatus() == 200 && body.isObject() && !body.has("error")) {
                return body;
            }
            throw refusal(body, response.getStatus());
        } catch (JsonProcessingException e) {
            throw new EtcdException(EtcdException.NO_ANSWER, "answered with what is not JSON", true);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TimeoutException) {
                throw new EtcdException(
                        EtcdException.NO_ANSWER, "has not answered for " + nanos / 1_000_000 + " ms", true);
            }
            boolean unsent = cause instanceof ConnectException || cause instanceof SocketTimeoutException;
            throw new EtcdException(EtcdException.NO_ANSWER, String.valueOf(cause), !unsent);
        } catch (InterruptedException e) {
            attempt.abort(e);
            Thread.currentThread().interrupt();
            throw new EtcdException(EtcdException.NO_ANSWER, "interrupted", true);
        }
    }

    private Request request(int index, String path, JsonNode request) {
        Request made = http.newRequest(endpoints.get(index).resolve(path))
                .method(HttpMethod.POST)
                .body(new StringRequestContent("application/json", request.toString()));
        String mine = token;
        return mine == null ? made : made.headers(headers -> headers.put("Authorization", mine));
    }

    private static EtcdException refusal(JsonNode body, int status) {
        JsonNode error = body.path("error").isObject() ? body.path("error") : body;
        String text = error.path("message").asText(error.path("error").asText("answered with status " + status));
        int code = error.path("code").asInt(error.path("grpc_code").asInt(EtcdException.NO_ANSWER));
        return new EtcdException(code, text, mayMoveOn(code));
    }

    /** No answer, cancelled, unknown, too late, aborted, internal, unavailable: another endpoint may do better. */
    private static boolean mayMoveOn(int code) {
        return switch (code) {
            case EtcdException.NO_ANSWER, 1, 2, 4, 10, 13, 14 -> true;
            default -> false;
        };
    }
}
