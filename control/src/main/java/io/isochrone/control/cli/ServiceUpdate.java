package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes a service apart from its regions. Not thread-safe; confined to the main thread. */
@Command(
        name = "update",
        header = {"Changes a service: tier, units, publisher, tags.", ""},
        mixinStandardHelpOptions = true,
        description = "Changes what is named and leaves the rest. Regions are changed with isochrone region.",
        footer = {
            "",
            "Examples:",
            "  isochrone service update --tier Premium",
            "  isochrone service update apim1 --units 2 --tag team=edge --no-tag owner"
        })
final class ServiceUpdate extends Task {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "not needed when there is only one")
    private @Nullable String name;

    @Option(names = "--no-tag", paramLabel = "NAME", description = "take a tag away; more than one may be given")
    private List<String> noTags = List.of();

    @Mixin
    private ServiceSettings settings;

    @Mixin
    private Waiting waiting;

    ServiceUpdate(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (settings.isEmpty() && noTags.isEmpty()) {
            throw FailedException.usage("nothing to change (expected: at least one option such as --tier Premium)");
        }
        ServiceView service = session.service(name);
        ServiceChange.make(session, service, waiting, "Updating " + service.name(), this::body);
    }

    private ObjectNode body(ServiceView now) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        settings.into(body, now.tier(), now.places().get(0).units());
        if (!settings.tags.isEmpty() || !noTags.isEmpty()) {
            ObjectNode tags = body.putObject("tags");
            now.json().path("tags").properties().forEach(tag -> tags.set(tag.getKey(), tag.getValue()));
            noTags.forEach(tags::remove);
            settings.tags.forEach(tags::put);
        }
        return body;
    }
}
