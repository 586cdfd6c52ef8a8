package io.isochrone.config.read;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.problem.Problems;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What one reading of a file has at hand. Not thread-safe; confined to one reading. */
final class Reading {
    final Problems problems;
    final @Nullable Path folder;
    private RegionCatalogue regions = RegionCatalogue.clouds();

    Reading(Problems problems, @Nullable Path folder) {
        this.problems = problems;
        this.folder = folder;
    }

    /** The cloud regions, and the operator's own ones once they have been read. */
    RegionCatalogue regions() {
        return regions;
    }

    void regions(RegionCatalogue all) {
        regions = all;
    }
}
