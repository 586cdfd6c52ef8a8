package io.isochrone.control.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.http.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A management call that is refused, with the contract's error object. Nothing was changed. Not thread-safe while it is built. */
public final class ArmException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final @Nullable String target;
    private final transient List<Detail> details = new ArrayList<>();

    /**
     * What one part of the body did wrong.
     *
     * @param code such as {@code ValidationError}
     * @param target the property's path, such as {@code properties.displayName}
     * @param message what is wrong and what was expected
     */
    public record Detail(String code, String target, String message) {}

    /** With the HTTP status, the contract's code and what to do about it; {@code target} is the property at fault. */
    public ArmException(int status, String code, String message, @Nullable String target) {
        super(message);
        this.status = status;
        this.code = code;
        this.target = target;
    }

    /** 400 with the code ValidationError. */
    public static ArmException invalid(String target, String message) {
        return new ArmException(400, "ValidationError", message, target).and("ValidationError", target, message);
    }

    /** 404 with the code ResourceNotFound. */
    public static ArmException notFound(String id) {
        return new ArmException(404, "ResourceNotFound", "Resource not found: " + id, null);
    }

    /** 405 with the code MethodNotAllowed; {@code allowed} such as {@code GET, PUT}. */
    public static ArmException method(String used, String allowed) {
        return new ArmException(
                405, "MethodNotAllowed", "method: " + used + " (expected: one of " + allowed + ")", null);
    }

    /** 412 with the code PreconditionFailed. */
    public static ArmException stale() {
        return new ArmException(
                412,
                "PreconditionFailed",
                "The If-Match value is not the resource's current ETag. Read it again and repeat the change.",
                null);
    }

    /** Adds a detail. */
    public ArmException and(String detailCode, String detailTarget, String message) {
        details.add(new Detail(detailCode, detailTarget, message));
        return this;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The contract's code. */
    public String code() {
        return code;
    }

    /** The error object, {@code {"code","message","target"?,"details"?}}. */
    public ObjectNode error() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code).put("message", getMessage());
        if (target != null) {
            error.put("target", target);
        }
        if (!details.isEmpty()) {
            ArrayNode list = error.putArray("details");
            for (Detail detail : details) {
                list.addObject()
                        .put("code", detail.code())
                        .put("target", detail.target())
                        .put("message", detail.message());
            }
        }
        return error;
    }

    /** The answer. */
    public Reply reply() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("error", error());
        return Reply.json(status, body.toString());
    }
}
