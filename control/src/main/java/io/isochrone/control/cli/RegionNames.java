package io.isochrone.control.cli;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.config.problem.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Region names in either form, {@code West Europe} or {@code westeurope}. Thread-safe: no state. */
final class RegionNames {
    private RegionNames() {}

    /** Whether two names mean the same region: case and blanks do not count. */
    static boolean same(String one, String other) {
        return key(one).equals(key(other));
    }

    /** The names as they are, then the short form of each. */
    static List<String> bothForms(Collection<String> names) {
        List<String> both = new ArrayList<>(names);
        names.forEach(name -> both.add(key(name)));
        return both;
    }

    /**
     * The display name of a region that an operator has written in either form.
     *
     * @param offered display names that the control plane offers; empty: all that are catalogued
     * @throws FailedException with exit code 2 when there is no such region, naming the nearest
     */
    static String displayName(String written, Collection<String> offered) {
        Region catalogued = RegionCatalogue.clouds().find(written);
        String wanted = catalogued == null ? written : catalogued.displayName();
        for (String each : offered) {
            if (same(each, wanted) || same(each, written)) {
                return each;
            }
        }
        if (catalogued != null && offered.isEmpty()) {
            return wanted;
        }
        String meant = offered.isEmpty()
                ? RegionCatalogue.clouds().suggest(written)
                : Suggestion.nearest(written, bothForms(offered));
        throw FailedException.usage("region: \"" + written + "\" (expected: a region"
                + (meant == null ? "" : "; did you mean \"" + meant + "\"?") + ")");
    }

    /** The short form of a display name. */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace(" ", "");
    }
}
