package io.isochrone.control.arm;

import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.ServiceDocument.Site;
import io.isochrone.control.arm.ServiceDocument.Stage;
import io.isochrone.control.arm.ServiceDocument.State;
import io.isochrone.control.arm.ServiceWish.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service may become. Pure.
 *
 * <p>Thread-safe: no state.
 */
final class ServiceRules {
    /** What a service may be called. */
    static final Pattern NAME = Pattern.compile("[A-Za-z](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?");

    private ServiceRules() {}

    /** Checks a new service's name. */
    static void name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw ArmException.invalid(
                    "name",
                    "name: \"" + name + "\" (expected: a letter, then letters, digits and hyphens, at most 50, not"
                            + " ending in a hyphen)");
        }
    }

    /** The new service that is asked for: all its locations are taken as they are, with or without nodes. */
    static ServiceDocument created(String id, ServiceWish wish, String operation, Instant now) {
        if (wish.location() == null) {
            throw ArmException.invalid("location", "location: missing (expected: the primary region)");
        }
        check(wish, wish.location());
        live(wish.places().stream().anyMatch(place -> !place.disabled()));
        return document(id, wish, State.CREATED, operation, now, Stage.SERVING, sites(wish.additional()));
    }

    private static List<Site> sites(List<Place> places) {
        return places.stream().map(place -> site(place, Stage.SERVING)).toList();
    }

    /**
     * What {@code old} becomes by a whole body. The result is in state {@code Updating} under {@code operation} when nodes have to
     * follow, and as {@code old} otherwise; it equals {@code old} when nothing changes.
     */
    static ServiceDocument changed(ServiceDocument old, ServiceWish wish, String operation) {
        atRest(old);
        String primary = old.primary().region();
        if (wish.location() != null && !wish.location().equals(primary)) {
            throw new ArmException(
                    409,
                    "InvalidResourceLocation",
                    "location: " + wish.location() + " (expected: " + primary
                            + "; a service's primary region cannot be changed or removed)",
                    "location");
        }
        check(wish, primary);
        List<Site> sites = becoming(old, wish);
        live(stillLive(old, wish, sites));
        ServiceDocument next =
                document(old.id(), wish, old.state(), old.operation(), old.created(), Stage.SERVING, sites);
        next = withPrimary(next, primary);
        boolean follow = old.state() == State.FAILED
                || next.tier() != old.tier()
                || !next.primary().equals(old.primary())
                || !next.additional().equals(old.additional());
        return follow ? next.in(State.UPDATING, operation) : next;
    }

    /** Refuses a change while another one is on its way. */
    static void atRest(ServiceDocument service) {
        if (!service.state().isAtRest()) {
            throw new ArmException(
                    409,
                    "ServiceIsTransitioning",
                    "The service is " + service.state().text()
                            + "; try again when its provisioningState is Succeeded or Failed.",
                    null);
        }
    }

    private static void check(ServiceWish wish, String primary) {
        if (!wish.additional().isEmpty() && !wish.tier().isMultiRegion()) {
            throw new ArmException(
                    400,
                    "AdditionalLocationsNotSupported",
                    "Deployment to more than one region is only available in the " + Tier.PREMIUM.displayName()
                            + " tier; this service is '" + wish.tier().displayName() + "'.",
                    "properties.additionalLocations");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < wish.additional().size(); i++) {
            String region = wish.additional().get(i).region();
            String target = "properties.additionalLocations[" + i + "].location";
            if (region.equals(primary)) {
                throw ArmException.invalid(target, target + ": " + region + " (expected: another than the primary)");
            }
            if (!seen.add(region)) {
                throw ArmException.invalid(target, target + ": " + region + " (expected: each location once)");
            }
        }
    }

    private static void live(boolean some) {
        if (!some) {
            throw new ArmException(
                    400,
                    "LastGatewayCannotBeDisabled",
                    "disableGateway: no gateway of the service would take requests (expected: at least one that is on and"
                            + " already serving; what is added in the same change does not count)",
                    "properties.disableGateway");
        }
    }

    /** Whether requests are taken during the whole change: what joins does not count, what it replaces does. */
    private static boolean stillLive(ServiceDocument old, ServiceWish wish, List<Site> sites) {
        boolean atEnd = wish.places().stream().anyMatch(place -> !place.disabled());
        boolean now = !wish.primary().disabled()
                || sites.stream()
                        .anyMatch(site -> !site.isOff() && (site.stage() != Stage.JOINING || wasLive(old, site)));
        return atEnd && now;
    }

    /** One that failed to join may still be the only one that is on. */
    private static boolean wasLive(ServiceDocument old, Site site) {
        return old.additional().stream().anyMatch(each -> each.region().equals(site.region()) && !each.isOff());
    }

    /**
     * The additional locations on their way: those asked for, in the order asked for, then those to be removed. What is removed
     * while something joins serves on until that has joined.
     */
    private static List<Site> becoming(ServiceDocument old, ServiceWish wish) {
        List<Site> sites = new ArrayList<>();
        boolean joins = false;
        for (Place place : wish.additional()) {
            Site before = find(old.additional(), place.region());
            boolean serves = before != null && (before.stage() == Stage.SERVING || before.stage() == Stage.REPLACED);
            joins |= !serves;
            sites.add(site(place, serves ? Stage.SERVING : Stage.JOINING));
        }
        for (Site before : old.additional()) {
            if (find(sites, before.region()) == null) {
                boolean serves = before.stage() == Stage.SERVING || before.stage() == Stage.REPLACED;
                sites.add(before.in(joins && serves ? Stage.REPLACED : Stage.LEAVING));
            }
        }
        return sites;
    }

    private static @Nullable Site find(List<Site> sites, String region) {
        return sites.stream()
                .filter(site -> site.region().equals(region))
                .findFirst()
                .orElse(null);
    }

    private static Site site(Place place, Stage stage) {
        return new Site(place.region(), place.units(), place.disabled(), stage, place.zones());
    }

    private static ServiceDocument document(
            String id,
            ServiceWish wish,
            State state,
            @Nullable String operation,
            Instant created,
            Stage stage,
            List<Site> additional) {
        return new ServiceDocument(
                id,
                wish.tier(),
                state,
                operation,
                created,
                site(wish.primary(), stage),
                additional,
                wish.publisherEmail(),
                wish.publisherName(),
                wish.tags(),
                wish.customProperties(),
                wish.further());
    }

    private static ServiceDocument withPrimary(ServiceDocument document, String region) {
        Site asked = document.primary();
        return new ServiceDocument(
                document.id(),
                document.tier(),
                document.state(),
                document.operation(),
                document.created(),
                new Site(region, asked.units(), asked.disabled(), asked.stage(), asked.zones()),
                document.additional(),
                document.publisherEmail(),
                document.publisherName(),
                document.tags(),
                document.customProperties(),
                document.further());
    }
}
