package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the APIs of a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "list",
        header = {"Lists the APIs of a service.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: isochrone api list"})
final class ApiList extends Task {
    @Mixin
    private ServiceOption of;

    ApiList(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(of.name);
        Listing table = new Listing("api", "name", "path", "backend", "key");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (JsonNode api : session.list(Apis.path(service))) {
            json.add(api);
            JsonNode properties = api.path("properties");
            table.row(
                    api.path("name").asText(),
                    properties.path("displayName").asText(),
                    "/" + properties.path("path").asText(),
                    properties.path("serviceUrl").asText("-"),
                    properties.path("subscriptionRequired").asBoolean(true) ? "required" : "not asked for");
        }
        session.print(json);
        session.table(table, "No API yet. Import one: isochrone api import FILE --backend URL");
    }
}
