package io.isochrone.control.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a region to a service. Not thread-safe; confined to the main thread. */
@Command(
        name = "add",
        header = {"Adds a region to a service.", ""},
        mixinStandardHelpOptions = true,
        description = "Adds a region and waits until its nodes have the configuration, or there is none to wait for.",
        footer = {
            "",
            "Start its nodes before or after: isochrone gateway --control URL --region eastasia --listen HOST:PORT",
            "",
            "Examples:",
            "  isochrone region add \"East Asia\"",
            "  isochrone region add eastasia --units 2 --zones 1,2",
            "  isochrone region add eastasia --disabled     takes no traffic until isochrone region enable"
        })
final class RegionAdd extends Task {
    @Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"")
    private String region;

    @Option(names = "--units", defaultValue = "1", paramLabel = "N", description = "units (${DEFAULT-VALUE})")
    private int units;

    @Option(names = "--zones", split = ",", paramLabel = "ZONE", description = "availability zones, such as 1,2")
    private List<String> zones = List.of();

    @Option(names = "--disabled", description = "with its gateway switched off")
    private boolean disabled;

    @Mixin
    private ServiceOption of;

    @Mixin
    private Waiting waiting;

    RegionAdd(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (units < 1) {
            throw FailedException.usage("--units: " + units + " (expected: >= 1)");
        }
        ServiceView service = session.service(of.name);
        String name = RegionNames.displayName(region, session.offered(service.subscription()));
        Place place = new Place(name, false, units, zones, disabled, "");
        ServiceChange.make(session, service, waiting, "Adding " + name, now -> {
            if (now.has(name)) {
                throw FailedException.usage(
                        "region: " + name + " (expected: one that " + now.name() + " does not have)",
                        "To change it: isochrone region scale " + RegionNames.key(name) + " UNITS");
            }
            return now.adding(place);
        });
    }
}
