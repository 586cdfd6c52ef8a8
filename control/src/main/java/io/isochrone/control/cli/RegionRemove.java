package io.isochrone.control.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a region from a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "remove",
        header = {"Removes a region from a service, after asking.", ""},
        mixinStandardHelpOptions = true,
        description = "Removes a region other than the primary. Its nodes drain: no request is cut off.",
        footer = {"", "Examples:", "  isochrone region remove \"East Asia\"", "  isochrone region remove eastasia --yes"
        })
final class RegionRemove extends Task {
    @Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"")
    private String region;

    @Mixin
    private ServiceOption of;

    @Mixin
    private Consent consent;

    @Mixin
    private Waiting waiting;

    RegionRemove(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(of.name);
        Place place = service.place(region);
        if (place.primary()) {
            throw FailedException.usage(
                    "region: " + place.region() + " is the primary of " + service.name()
                            + " (expected: another one; the primary stays as long as the service)",
                    "To take its traffic away: isochrone region disable " + RegionNames.key(place.region()));
        }
        consent.require(
                session,
                "Remove " + place.region() + " from " + service.name() + "?",
                List.of(
                        Traffic.leaving(session.nodes(service), place),
                        "Its " + place.units() + (place.units() == 1 ? " unit is" : " units are")
                                + " given up; its nodes drain and wait to be part of the service again."));
        ServiceChange.make(
                session,
                service,
                waiting,
                "Removing " + place.region(),
                now -> now.has(place.region()) ? now.removing(place) : null);
    }
}
