package io.isochrone.control.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Switches a region's gateway off or on. Not thread-safe; confined to the main thread. */
abstract class RegionSwitch extends Task {
    private final boolean off;

    @Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"")
    private String region;

    @Mixin
    private ServiceOption of;

    @Mixin
    private Waiting waiting;

    private RegionSwitch(Surroundings around, boolean off) {
        super(around);
        this.off = off;
    }

    @Override
    void run(Session session) {
        ServiceView service = session.service(of.name);
        String name = service.place(region).region();
        ServiceChange.make(session, service, waiting, (off ? "Disabling " : "Enabling ") + name, now -> {
            Place place = now.place(name);
            return place.disabled() == off ? null : now.switching(place, off);
        });
    }

    /** Switches it off. Not thread-safe; confined to the main thread. */
    @Command(
            name = "disable",
            header = {"Switches the gateway of a region off; its clients go to the next nearest.", ""},
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The region keeps its nodes and its configuration. The last one that is on cannot be switched off.",
                "",
                "Example: isochrone region disable westeurope"
            })
    static final class Off extends RegionSwitch {
        Off(Surroundings around) {
            super(around, true);
        }
    }

    /** Switches it on. Not thread-safe; confined to the main thread. */
    @Command(
            name = "enable",
            header = {"Switches the gateway of a region on; its clients come home.", ""},
            mixinStandardHelpOptions = true,
            footer = {"", "Example: isochrone region enable westeurope"})
    static final class On extends RegionSwitch {
        On(Surroundings around) {
            super(around, false);
        }
    }
}
