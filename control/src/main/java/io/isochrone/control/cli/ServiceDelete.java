package io.isochrone.control.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "delete",
        header = {"Deletes a service with all it holds, after asking.", ""},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The control plane keeps the history: isochrone control history, isochrone control rollback.",
            "",
            "Examples:",
            "  isochrone service delete apim1",
            "  isochrone service delete apim1 --yes"
        })
final class ServiceDelete extends Task {
    @Parameters(paramLabel = "NAME", description = "which")
    private String name;

    @Mixin
    private Consent consent;

    @Mixin
    private Waiting waiting;

    ServiceDelete(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(name);
        consent.require(session, "Delete " + service.name() + "?", consequences(session, service));
        Answer answer = session.client().good("DELETE", service.id() + "?" + Session.VERSION, null);
        String what = "Deleting " + service.name();
        boolean ended = new Follower(session, waiting, () -> "").follow(answer, null, what);
        session.say(what + (ended ? ": done." : ": begun. See isochrone service list."));
    }

    private static List<String> consequences(Session session, ServiceView service) {
        List<String> regions = new ArrayList<>();
        for (Place place : service.places()) {
            regions.add(place.region());
        }
        @Nullable Integer apis = Apis.count(session, service);
        return List.of(
                service.name() + " and its " + regions.size() + (regions.size() == 1 ? " region" : " regions") + " ("
                        + String.join(", ", regions) + ")"
                        + (apis == null ? "" : ", with " + apis + (apis == 1 ? " API" : " APIs")) + ", are deleted.",
                "Its nodes stop serving. Who calls " + service.gatewayUrl() + " gets no answer any more.");
    }
}
