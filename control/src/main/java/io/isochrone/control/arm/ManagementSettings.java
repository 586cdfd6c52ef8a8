package io.isochrone.control.arm;

import io.isochrone.config.catalogue.RegionCatalogue;

/**
 * What the management contract shows of its surroundings.
 *
 * <p>Immutable.
 *
 * @param regions that services may be in
 * @param domain below which services' host names stand in documents, such as {@code gateways.example.com}
 * @param subscription the id that is listed while no service names another
 */
public record ManagementSettings(RegionCatalogue regions, String domain, String subscription) {
    /** All cloud regions, and names that resolve nowhere. */
    public static final ManagementSettings DEFAULTS = new ManagementSettings(
            RegionCatalogue.clouds(), "isochrone.internal", "00000000-0000-0000-0000-000000000000");
}
