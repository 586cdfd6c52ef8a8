package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "create",
        header = {"Creates a service.", ""},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  isochrone service create apim1 --location \"West Europe\"",
            "  isochrone service create apim1 --location westeurope --units 2 --region eastasia=1 --region eastus=3",
            "  isochrone service create lab --location eastus --tier Developer --tag team=edge"
        })
final class ServiceCreate extends Task {
    @Parameters(paramLabel = "NAME", description = "letters, digits and dashes, at most 50")
    private String name;

    @Option(
            names = "--location",
            required = true,
            paramLabel = "REGION",
            description = "the primary region, which stays: westeurope or \"West Europe\"")
    private String location;

    @Option(
            names = "--region",
            paramLabel = "REGION=UNITS",
            description = "a further region with its units; more than one may be given; Premium only")
    private Map<String, Integer> regions = new LinkedHashMap<>();

    @Option(
            names = "--resource-group",
            paramLabel = "NAME",
            defaultValue = "isochrone",
            description = "part of its id (${DEFAULT-VALUE})")
    private String group;

    @Option(names = "--subscription", paramLabel = "ID", description = "part of its id (the control plane's own)")
    private @Nullable String subscription;

    @Mixin
    private ServiceSettings settings;

    @Mixin
    private Waiting waiting;

    ServiceCreate(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        for (ServiceView each : session.services()) {
            if (each.name().equalsIgnoreCase(name)) {
                throw FailedException.bad(
                        "service: " + each.name() + " is there already (expected: a new name)",
                        "To change it: isochrone service update " + each.name());
            }
        }
        String owner = subscription != null
                ? subscription
                : session.subscriptions().stream().findFirst().orElse(Session.NO_SUBSCRIPTION);
        String home = "/subscriptions/" + Session.encoded(owner);
        String id = home + "/resourceGroups/" + Session.encoded(group) + Session.PROVIDER + "/service/"
                + Session.encoded(name);
        String target = id + "?" + Session.VERSION;
        Answer answer =
                session.client().good("PUT", target, body(session.offered(home)).toString());
        String what = "Creating " + name;
        boolean ended = new Follower(session, waiting, () -> NodeProgress.words(session.nodes(session.read(id))))
                .follow(answer, target, what);
        session.say(what + (ended ? ": done." : ": begun. See isochrone service show " + name + "."));
        ServiceShow.show(session, session.read(id));
    }

    private ObjectNode body(Set<String> offered) {
        String tier = settings.tierOr("Premium");
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("location", RegionNames.displayName(location, offered));
        body.putObject("properties").put("publisherName", name).put("publisherEmail", "operator@localhost");
        body.putObject("sku").put("name", tier).put("capacity", 1);
        settings.into(body, tier, 1);
        if (!settings.tags.isEmpty()) {
            settings.tags.forEach(body.putObject("tags")::put);
        }
        if (!regions.isEmpty()) {
            ArrayNode more = body.withObject("/properties").putArray("additionalLocations");
            regions.forEach((region, units) -> more.addObject()
                    .put("location", RegionNames.displayName(region, offered))
                    .putObject("sku")
                    .put("name", tier)
                    .put("capacity", units));
        }
        return body;
    }
}
