package io.isochrone.control.nodes;

import io.isochrone.control.arm.ArmException;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import io.isochrone.control.publish.Doc;
import io.isochrone.control.publish.UnpublishableException;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers nodes: {@code POST /nodes/v1/poll} and {@code POST /nodes/v1/report}. A node is told what its token allows and nothing of
 * other services or regions.
 *
 * <p>Thread-safe.
 */
public final class NodesEndpoint implements Endpoint {
    /** Below which path it answers. */
    public static final String PATH = "/nodes/v1/";

    private static final int MAX_POLL_BYTES = 64 * 1024;
    private static final int MAX_REPORT_BYTES = 1024 * 1024;
    private static final int MAX_WAIT_SECONDS = 55;
    private static final Reply REPORTED = Reply.json(200, "{\"reportSeconds\":2}");

    private final NodeBook book;
    private final Waiting waiting;
    private final Runnable changed;
    private final LongSupplier nanos;
    private final Supplier<Instant> clock;

    /**
     * With the book that it writes and whom to tell when something in it changed.
     *
     * @param nanos monotonic time
     * @param clock wall clock, for people only
     */
    NodesEndpoint(NodeBook book, Waiting waiting, Runnable changed, LongSupplier nanos, Supplier<Instant> clock) {
        this.book = book;
        this.waiting = waiting;
        this.changed = changed;
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        try {
            return switch (call.method() + " " + call.path()) {
                case "POST /nodes/v1/poll" -> poll(call);
                case "POST /nodes/v1/report" -> report(call);
                default -> throw ArmException.notFound(call.path());
            };
        } catch (ArmException e) {
            return CompletableFuture.completedFuture(e.reply());
        } catch (UnpublishableException e) {
            return refused(400, "InvalidRequestContent", e);
        } catch (NodeBook.TooManyNodesException e) {
            return refused(503, "TooManyNodes", e);
        } catch (NodeBook.NameTakenException e) {
            return refused(409, "NodeNameTaken", e);
        }
    }

    private static CompletionStage<Reply> refused(int status, String code, RuntimeException e) {
        return CompletableFuture.completedFuture(
                new ArmException(status, code, String.valueOf(e.getMessage()), null).reply());
    }

    private CompletionStage<Reply> poll(Call call) {
        String service = service(call);
        NodeWord word = word(call, MAX_POLL_BYTES);
        long wait = wait(call);
        hear(service, word);
        long now = nanos.getAsLong();
        return waiting.poll(service, word, now + wait * 1_000_000_000L, now);
    }

    private CompletionStage<Reply> report(Call call) {
        String service = service(call);
        hear(service, word(call, MAX_REPORT_BYTES));
        return CompletableFuture.completedFuture(REPORTED);
    }

    private void hear(String service, NodeWord word) {
        if (book.hear(service, word, nanos.getAsLong(), clock.get())) {
            changed.run();
        }
    }

    private static String service(Call call) {
        Caller caller = call.caller();
        if (caller.role() != Caller.Role.NODE) {
            throw new ArmException(403, "AuthorizationFailed", "This call needs a token of role node.", null);
        }
        String asked = call.parameter("service");
        String named = asked == null ? null : asked.toLowerCase(Locale.ROOT);
        String own = caller.service() == null ? null : caller.service().toLowerCase(Locale.ROOT);
        if (named != null && own != null && !named.equals(own)) {
            throw new ArmException(
                    403,
                    "AuthorizationFailed",
                    "The token holds for service " + own + ", not for " + named + ".",
                    null);
        }
        String service = own == null ? named : own;
        if (service == null) {
            throw new ArmException(
                    400,
                    "MissingService",
                    "service: missing (expected: ?service=NAME, because the token holds for all services)",
                    null);
        }
        if (!service.matches("[a-z][a-z0-9-]{0,49}")) {
            throw new ArmException(400, "InvalidService", "service: not a name (expected: a service's name)", null);
        }
        return service;
    }

    private static NodeWord word(Call call, int maxBytes) {
        if (call.body().length > maxBytes) {
            throw new ArmException(
                    413,
                    "RequestTooLarge",
                    "body: " + call.body().length + " bytes (expected: at most " + maxBytes + ")",
                    null);
        }
        NodeWord word = NodeWord.read(Doc.read("body", call.text()));
        String region = call.caller().region();
        if (region != null && !region.equals(word.region())) {
            throw new ArmException(
                    403,
                    "AuthorizationFailed",
                    "The token holds for gateways in " + region + ", not for "
                            + (word.region() == null ? "a router" : "one in " + word.region()) + ".",
                    null);
        }
        return word;
    }

    private static long wait(Call call) {
        String wait = call.parameter("wait");
        if (wait == null) {
            return 0;
        }
        if (!wait.matches("[0-9]{1,4}")) {
            throw new ArmException(
                    400, "InvalidParameter", "wait: not a number (expected: seconds from 0 to 55)", null);
        }
        return Math.min(MAX_WAIT_SECONDS, Long.parseLong(wait));
    }
}
