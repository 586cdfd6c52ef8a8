package io.isochrone.control.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives a region other units. Not thread-safe; confined to the main thread. */
@Command(
        name = "scale",
        header = {"Gives a region other units.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  isochrone region scale westeurope 2", "  isochrone region scale \"East Asia\" 4"})
final class RegionScale extends Task {
    @Parameters(index = "0", paramLabel = "REGION", description = "westeurope or \"West Europe\"")
    private String region;

    @Parameters(index = "1", paramLabel = "UNITS", description = "how many, at least 1")
    private int units;

    @Mixin
    private ServiceOption of;

    @Mixin
    private Waiting waiting;

    RegionScale(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        if (units < 1) {
            throw FailedException.usage("UNITS: " + units + " (expected: >= 1; see isochrone region remove)");
        }
        ServiceView service = session.service(of.name);
        String name = service.place(region).region();
        ServiceChange.make(session, service, waiting, "Scaling " + name + " to " + units, now -> {
            Place place = now.place(name);
            return place.units() == units ? null : now.scaling(place, units);
        });
    }
}
