package io.isochrone.control.cli;

import java.util.List;

/**
 * One region of a service.
 *
 * <p>Immutable.
 *
 * @param region display name, such as {@code West Europe}
 * @param primary whether it is the service's own location
 * @param units at least 1
 * @param zones such as 1 and 2; empty for none
 * @param disabled whether its gateway is switched off
 * @param url its own address; empty when not known
 */
record Place(String region, boolean primary, int units, List<String> zones, boolean disabled, String url) {
    Place {
        zones = List.copyOf(zones);
    }
}
