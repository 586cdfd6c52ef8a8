package io.isochrone.config.read;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import java.util.List;

/** Adds the operator's regions to those that are known by name, each name once. Thread-safe: no state. */
final class OwnRegions {
    private OwnRegions() {}

    static void add(List<Region> own, Reading reading) {
        RegionCatalogue all = RegionCatalogue.clouds();
        for (Region region : own) {
            String path = reading.problems.pathOf(region, "regions");
            if (region.name().equals(ServiceKeys.UNREAD.name())) {
                continue;
            }
            if (all.find(region.name()) != null) {
                refuse(reading, path + ".name", region.name());
            } else if (all.find(region.displayName()) != null) {
                refuse(reading, path + ".display-name", region.displayName());
            } else {
                all = all.with(List.of(region));
            }
        }
        reading.regions(all);
    }

    private static void refuse(Reading reading, String path, String name) {
        reading.problems.add(path, Printed.quoted(name), "a name that no other region has, in the catalogue neither");
    }
}
