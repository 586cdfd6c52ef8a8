package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.control.arm.ArmException;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads an OpenAPI document into operations. Nothing is fetched: references lead inside the document or the document is refused. Texts
 * that are longer than the contract allows are cut, and examples above {@value #MAX_EXAMPLE} characters are left out.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class OpenApiReader {
    private static final int MAX_OPERATIONS = 2000;
    private static final int MAX_EXAMPLE = 32 * 1024;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Components components;
    private final Set<String> names = new TreeSet<>();

    private OpenApiReader(@Nullable Components components) {
        this.components = components == null ? new Components() : components;
    }

    /**
     * What a document says.
     *
     * @param title empty when it does not say
     * @param description empty when it does not say
     * @param serviceUrl empty when it does not say, or not absolutely
     * @param operations in the order of the document
     */
    record Document(String title, String description, String serviceUrl, List<Operation> operations) {}

    /**
     * An operation.
     *
     * @param name unique in the document
     * @param properties of the contract, not checked
     */
    record Operation(String name, ObjectNode properties) {}

    /** Reads a document of one of the contract's formats; throws {@link ArmException} when it cannot be. */
    static Document read(String format, String text) {
        JsonNode tree = OpenApiTree.read(format, text);
        OpenAPI api = parsed(tree);
        OpenApiReader reader = new OpenApiReader(api.getComponents());
        List<Operation> operations = new ArrayList<>();
        if (api.getPaths() != null) {
            api.getPaths().forEach((path, item) -> reader.operations(path, item, operations));
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw OpenApiTree.wrong(operations.size() + " operations (expected: at most " + MAX_OPERATIONS + ")");
        }
        boolean hasInfo = api.getInfo() != null;
        return new Document(
                hasInfo ? cut(api.getInfo().getTitle(), 300) : "",
                hasInfo ? cut(api.getInfo().getDescription(), 1000) : "",
                serviceUrl(api),
                operations);
    }

    private static OpenAPI parsed(JsonNode tree) {
        ParseOptions options = new ParseOptions();
        options.setResolve(false);
        options.setResolveFully(false);
        SwaggerParseResult result;
        try {
            result = new OpenAPIV3Parser().readContents(tree.toString(), null, options);
        } catch (RuntimeException e) {
            // the library's own slips on documents that are none
            throw OpenApiTree.wrong("no OpenAPI document (expected: one that can be read): "
                    + e.getClass().getSimpleName());
        }
        if (result == null || result.getOpenAPI() == null) {
            List<String> messages = result == null || result.getMessages() == null ? List.of() : result.getMessages();
            throw OpenApiTree.wrong(
                    "no OpenAPI document (expected: one that can be read): " + cut(String.join("; ", messages), 500));
        }
        return result.getOpenAPI();
    }

    private static String serviceUrl(OpenAPI api) {
        if (api.getServers() == null || api.getServers().isEmpty()) {
            return "";
        }
        String url = api.getServers().get(0).getUrl();
        Faults faults = new Faults();
        Kinds.url(2000, "http", "https")
                .read(JsonNodeFactory.instance.textNode(url == null ? "" : url), "serviceUrl", faults);
        return faults.isEmpty() && url != null ? url : "";
    }

    private void operations(String path, @Nullable PathItem item, List<Operation> all) {
        if (item == null) {
            return;
        }
        Map<PathItem.HttpMethod, io.swagger.v3.oas.models.Operation> operations = item.readOperationsMap();
        operations.forEach((method, operation) -> {
            ObjectNode properties = JsonNodeFactory.instance.objectNode();
            String shown =
                    operation.getSummary() == null || operation.getSummary().isBlank()
                            ? operation.getOperationId()
                            : operation.getSummary();
            properties.put("displayName", cut(shown == null || shown.isBlank() ? method + " " + path : shown, 300));
            if (operation.getDescription() != null) {
                properties.put("description", cut(operation.getDescription(), 1000));
            }
            properties.put("method", method.name()).put("urlTemplate", path);
            Map<String, Parameter> parameters = new LinkedHashMap<>();
            collect(item.getParameters(), parameters);
            collect(operation.getParameters(), parameters);
            parameters(properties, path, parameters);
            request(properties, parameters, operation.getRequestBody());
            responses(properties.putArray("responses"), operation.getResponses());
            all.add(new Operation(name(operation.getOperationId(), method.name(), path), properties));
        });
    }

    private void collect(@Nullable List<Parameter> given, Map<String, Parameter> all) {
        for (Parameter each : given == null ? List.<Parameter>of() : given) {
            Parameter parameter = resolved(each, each.get$ref(), components.getParameters());
            if (parameter != null && parameter.getName() != null && parameter.getIn() != null) {
                all.put(parameter.getIn() + " " + parameter.getName(), parameter);
            }
        }
    }

    /** What a reference leads to, by its last word; null when it leads nowhere. */
    private static <T> @Nullable T resolved(T given, @Nullable String reference, @Nullable Map<String, T> components) {
        if (reference == null) {
            return given;
        }
        return components == null ? null : components.get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static void parameters(ObjectNode properties, String path, Map<String, Parameter> parameters) {
        ArrayNode list = properties.putArray("templateParameters");
        for (String name : OperationRules.parametersOf(path)) {
            ObjectNode each = parameter(list.addObject(), name, parameters.get("path " + name));
            each.put("required", true);
        }
    }

    private static ObjectNode parameter(ObjectNode json, String name, @Nullable Parameter parameter) {
        String type = parameter == null || parameter.getSchema() == null
                ? null
                : parameter.getSchema().getType();
        json.put("name", name).put("type", type == null ? "string" : cut(type, 50));
        if (parameter != null && parameter.getDescription() != null) {
            json.put("description", cut(parameter.getDescription(), 1000));
        }
        return json;
    }

    private void request(ObjectNode properties, Map<String, Parameter> parameters, @Nullable RequestBody given) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ArrayNode query = JsonNodeFactory.instance.arrayNode();
        ArrayNode headers = JsonNodeFactory.instance.arrayNode();
        for (Parameter each : parameters.values()) {
            if (each.getIn().equals("query") || each.getIn().equals("header")) {
                parameter((each.getIn().equals("query") ? query : headers).addObject(), each.getName(), each)
                        .put("required", Boolean.TRUE.equals(each.getRequired()));
            }
        }
        RequestBody body = given == null ? null : resolved(given, given.get$ref(), components.getRequestBodies());
        put(request, "queryParameters", query);
        put(request, "headers", headers);
        put(request, "representations", representations(body == null ? null : body.getContent()));
        if (!request.isEmpty()) {
            properties.set("request", request);
        }
    }

    private static void put(ObjectNode object, String name, ArrayNode list) {
        if (!list.isEmpty()) {
            object.set(name, list);
        }
    }

    private void responses(ArrayNode list, @Nullable Map<String, ApiResponse> responses) {
        if (responses == null) {
            return;
        }
        responses.forEach((status, given) -> {
            if (!status.matches("[1-5][0-9][0-9]") || given == null) {
                return;
            }
            ApiResponse response = resolved(given, given.get$ref(), components.getResponses());
            ObjectNode json = list.addObject().put("statusCode", Integer.parseInt(status));
            if (response != null) {
                if (response.getDescription() != null) {
                    json.put("description", cut(response.getDescription(), 1000));
                }
                put(json, "representations", representations(response.getContent()));
            }
        });
    }

    private static ArrayNode representations(@Nullable Content content) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (content == null) {
            return list;
        }
        content.forEach((type, media) -> {
            ObjectNode json = list.addObject().put("contentType", type);
            JsonNode example = media == null ? null : example(media);
            if (example != null && example.toString().length() <= MAX_EXAMPLE) {
                json.putObject("examples").putObject("default").set("value", example);
            }
        });
        return list;
    }

    private static @Nullable JsonNode example(MediaType media) {
        Object example = media.getExample();
        if (example == null
                && media.getExamples() != null
                && !media.getExamples().isEmpty()) {
            var first = media.getExamples().values().iterator().next();
            example = first == null ? null : first.getValue();
        }
        return example == null ? null : MAPPER.valueToTree(example);
    }

    /** A name that entities may have, unique in the document. */
    private String name(@Nullable String operationId, String method, String path) {
        String wanted =
                operationId == null || operationId.isBlank() ? method.toLowerCase(Locale.ROOT) + path : operationId;
        String clean = wanted.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^-+|-+$", "");
        String base =
                clean.isEmpty() ? method.toLowerCase(Locale.ROOT) : clean.substring(0, Math.min(74, clean.length()));
        String name = base;
        for (int i = 2; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    private static String cut(@Nullable String text, int max) {
        return text == null ? "" : text.length() <= max ? text : text.substring(0, max);
    }
}
