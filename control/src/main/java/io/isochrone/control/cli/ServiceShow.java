package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one service. Not thread-safe; confined to the main thread. */
@Command(
        name = "show",
        header = {"Shows a service: its tier, state, tags and regions.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  isochrone service show", "  isochrone service show apim1 --json"})
final class ServiceShow extends Task {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "not needed when there is only one")
    private @Nullable String name;

    ServiceShow(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        show(session, session.service(name));
    }

    /** Prints a service. */
    static void show(Session session, ServiceView service) {
        if (session.isJson()) {
            session.print(service.json());
            return;
        }
        JsonNode properties = service.json().path("properties");
        Listing facts = new Listing("service", service.name());
        facts.row("tier", service.tier());
        facts.row("state", Listing.Cell.state(service.state()));
        facts.row("address", service.gatewayUrl());
        facts.row("group", service.resourceGroup());
        facts.row(
                "publisher",
                properties.path("publisherName").asText() + " <"
                        + properties.path("publisherEmail").asText() + ">");
        List<String> tags = new ArrayList<>();
        service.json()
                .path("tags")
                .properties()
                .forEach(tag -> tags.add(tag.getKey() + "=" + tag.getValue().asText()));
        facts.row("tags", tags.isEmpty() ? "-" : String.join(" ", tags));
        facts.row("id", service.id());
        session.table(facts, "");
        session.say("");
        RegionList.show(session, service);
    }
}
