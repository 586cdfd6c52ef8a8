package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports the description of an API. Not thread-safe; confined to the main thread. */
@Command(
        name = "import",
        header = {"Imports an OpenAPI document: an API with its operations.", ""},
        mixinStandardHelpOptions = true,
        description = "Imports a document in YAML or JSON. An API of the same id is replaced.",
        footer = {
            "",
            "Examples:",
            "  isochrone api import orders.yaml --backend http://10.0.0.7:9000",
            "  isochrone api import orders.json --id orders --path shop/orders --no-key"
        })
final class ApiImport extends Task {
    @Parameters(paramLabel = "FILE", description = "OpenAPI 3 in YAML or JSON, or Swagger 2 in JSON")
    private Path file;

    @Option(names = "--id", paramLabel = "ID", description = "the API's id (the file's name)")
    private @Nullable String id;

    @Option(names = "--path", paramLabel = "PATH", description = "where clients find it (the id)")
    private @Nullable String path;

    @Option(names = "--backend", paramLabel = "URL", description = "who answers (the document's first server)")
    private @Nullable String backend;

    @Option(names = "--no-key", description = "callers need no subscription key")
    private boolean noKey;

    @Mixin
    private ServiceOption of;

    @Mixin
    private Waiting waiting;

    ApiImport(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ApiFile document = ApiFile.read(session.around().folder().resolve(file));
        String name = id == null ? document.id() : id;
        if (name.isEmpty()) {
            throw FailedException.usage("--id: missing (expected: letters, digits and dashes)");
        }
        String where = path == null ? name : path.startsWith("/") ? path.substring(1) : path;
        ServiceView service = session.service(of.name);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode properties = body.putObject("properties");
        properties
                .put("format", document.format())
                .put("value", document.text())
                .put("path", where);
        if (backend != null) {
            properties.put("serviceUrl", backend);
        }
        if (noKey) {
            properties.put("subscriptionRequired", false);
        }
        String target = Apis.path(service, name);
        Answer answer = session.client().good("PUT", target, body.toString());
        String what = "Importing " + name;
        if (!new Follower(session, waiting, () -> "").follow(answer, target, what)) {
            session.say(what + ": begun. See isochrone api list.");
            return;
        }
        JsonNode api = session.get(target);
        int operations = session.list(Apis.operations(service, name)).size();
        session.print(api);
        session.say(name + " is imported: " + operations + (operations == 1 ? " operation" : " operations") + " at "
                + service.gatewayUrl() + "/"
                + api.path("properties").path("path").asText(where));
    }
}
