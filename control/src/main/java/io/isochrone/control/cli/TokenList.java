package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;

/** Lists the tokens, without what they are made of. Not thread-safe; confined to the main thread. */
@Command(
        name = "list",
        header = {"Lists the tokens that are good, without their text.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: isochrone token list"})
final class TokenList extends Task {
    static final String TOKENS = "/control/v1/tokens";

    TokenList(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        Listing table = new Listing("id", "name", "role", "service", "region", "created", "by");
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (JsonNode token : session.list(TOKENS)) {
            json.add(token);
            table.row(
                    token.path("id").asText(),
                    token.path("name").asText(),
                    token.path("role").asText(),
                    token.path("service").asText("all"),
                    token.path("region").asText("all"),
                    token.path("createdAt").asText("-"),
                    token.path("createdBy").asText("-"));
        }
        session.print(json);
        session.table(table, "none");
    }
}
