package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Swagger 2.0 as OpenAPI 3.0, as far as an API's import asks: addresses, operations, parameters, media types and examples. Schemas are
 * not taken along.
 *
 * <p>Thread-safe: no state.
 */
final class Swagger2 {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "options", "head", "patch");

    private Swagger2() {}

    static ObjectNode converted(ObjectNode swagger) {
        ObjectNode api = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.1");
        api.set("info", swagger.path("info").deepCopy());
        if (swagger.path("host").isTextual()) {
            String scheme = swagger.path("schemes").toString().contains("\"https\"")
                            || !swagger.path("schemes").toString().contains("\"http\"")
                    ? "https"
                    : "http";
            String base = swagger.path("basePath").asText("");
            api.putArray("servers")
                    .addObject()
                    .put("url", scheme + "://" + swagger.path("host").asText() + (base.equals("/") ? "" : base));
        }
        ObjectNode paths = api.putObject("paths");
        for (Map.Entry<String, JsonNode> path : swagger.path("paths").properties()) {
            ObjectNode item = paths.putObject(path.getKey());
            for (String method : METHODS) {
                if (path.getValue().path(method) instanceof ObjectNode operation) {
                    item.set(method, operation(swagger, path.getValue(), operation));
                }
            }
        }
        return api;
    }

    private static ObjectNode operation(ObjectNode swagger, JsonNode item, ObjectNode given) {
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        for (String each : List.of("operationId", "summary", "description")) {
            if (given.path(each).isTextual()) {
                operation.set(each, given.get(each));
            }
        }
        JsonNode consumes = given.has("consumes") ? given.path("consumes") : swagger.path("consumes");
        JsonNode produces = given.has("produces") ? given.path("produces") : swagger.path("produces");
        for (JsonNode list : List.of(item.path("parameters"), given.path("parameters"))) {
            list.forEach(each -> parameter(swagger, operation, each, consumes));
        }
        ObjectNode responses = operation.putObject("responses");
        for (Map.Entry<String, JsonNode> each : given.path("responses").properties()) {
            JsonNode response = resolved(swagger, each.getValue());
            ObjectNode json = responses.putObject(each.getKey());
            json.put("description", response.path("description").asText(""));
            ObjectNode content = json.putObject("content");
            for (JsonNode type : response.has("schema") ? produces : JsonNodeFactory.instance.arrayNode()) {
                content.putObject(type.asText());
            }
            for (Map.Entry<String, JsonNode> example : response.path("examples").properties()) {
                content.putObject(example.getKey()).set("example", example.getValue());
            }
        }
        return operation;
    }

    private static void parameter(ObjectNode swagger, ObjectNode operation, JsonNode given, JsonNode consumes) {
        JsonNode parameter = resolved(swagger, given);
        String in = parameter.path("in").asText();
        if (in.equals("body") || in.equals("formData")) {
            ObjectNode content = operation.withObject("/requestBody/content");
            consumes.forEach(type ->
                    content.withObject("/" + type.asText().replace("~", "~0").replace("/", "~1")));
            return;
        }
        ObjectNode json = operation.withArray("/parameters").addObject();
        json.put("name", parameter.path("name").asText())
                .put("in", in)
                .put("required", in.equals("path") || parameter.path("required").asBoolean());
        if (parameter.path("description").isTextual()) {
            json.set("description", parameter.get("description"));
        }
        json.putObject("schema").put("type", parameter.path("type").asText("string"));
    }

    private static JsonNode resolved(ObjectNode swagger, JsonNode given) {
        String reference = given.path("$ref").asText("");
        return reference.startsWith("#/") ? swagger.at(reference.substring(1)) : given;
    }
}
