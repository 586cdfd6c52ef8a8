package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.Operation.Kind;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What clients are told of operations that take time. URLs are absolute, as the caller sees this server, with the caller's
 * api-version; every answer of an operation under way says when to ask again, or some clients would wait for 30 s.
 *
 * <p>Thread-safe.
 */
final class OperationReplies {
    private static final String AGAIN = "1";

    private final Operations operations;
    private final Function<String, @Nullable Reply> shown;

    /** {@code shown} is a service by its id as GET answers it, or null when there is none. */
    OperationReplies(Operations operations, Function<String, @Nullable Reply> shown) {
        this.operations = operations;
        this.shown = shown;
    }

    /** The first answer with the headers to follow. A delete has Location only: with the other header tools print it as a service. */
    Reply accepted(Call call, Operation operation, ServiceDocument service, Reply reply) {
        Reply answer = reply.with("Location", url(call, operation, service, "operationResults"))
                .with("Retry-After", AGAIN);
        return operation.kind() == Kind.DELETE
                ? answer
                : answer.with("Azure-AsyncOperation", url(call, operation, service, "operationStatuses"));
    }

    private static String url(Call call, Operation operation, ServiceDocument service, String what) {
        ServicePath path = Objects.requireNonNull(ServicePath.of(service.id()));
        return call.base()
                + Pages.encodedPath("/subscriptions/" + path.subscription()
                        + "/providers/Microsoft.ApiManagement/locations/"
                        + service.primary().region() + "/" + what + "/" + operation.id())
                + "?api-version=" + Pages.encoded(Objects.requireNonNullElse(call.parameter("api-version"), ""));
    }

    /** Always 200: the status in the body. */
    Reply status(Call call, String id) {
        Operation operation = find(call, id);
        OperationStep progress = operations.progress(operation);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", call.path()).put("name", operation.id()).put("status", operation.status());
        json.put("percentComplete", progress.percent());
        json.put("startTime", operation.started().toString());
        if (operation.finished() == null) {
            ArrayNode waits = json.putObject("properties").putArray("waitsFor");
            progress.notes().forEach(waits::add);
            return Reply.json(200, json.toString()).with("Retry-After", AGAIN);
        }
        json.put("endTime", operation.finished().toString());
        if (operation.code() != null) {
            json.putObject("error").put("code", operation.code()).put("message", operation.message());
        }
        return Reply.json(200, json.toString());
    }

    /** 202 while it is under way; then the service, nothing after a delete, or the error. */
    Reply result(Call call, String id) {
        Operation operation = find(call, id);
        if (operation.finished() == null) {
            return Reply.of(202)
                    .with(
                            "Location",
                            call.base() + Pages.encodedPath(call.path()) + "?api-version="
                                    + Pages.encoded(Objects.requireNonNullElse(call.parameter("api-version"), "")))
                    .with("Retry-After", AGAIN);
        }
        if (operation.code() != null) {
            return Reply.error(409, operation.code(), String.valueOf(operation.message()));
        }
        if (operation.kind() == Kind.DELETE) {
            return Reply.of(204);
        }
        Reply service = shown.apply(operation.service());
        if (service == null) {
            throw ArmException.notFound(operation.service());
        }
        return service;
    }

    private Operation find(Call call, String id) {
        Operation operation = id.matches("[0-9a-f-]{36}") ? operations.find(id) : null;
        if (operation == null) {
            throw ArmException.notFound(call.path());
        }
        return operation;
    }
}
