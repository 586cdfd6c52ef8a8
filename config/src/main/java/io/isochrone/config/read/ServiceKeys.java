package io.isochrone.config.read;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.KeyCheck;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Subscription;
import io.isochrone.config.model.SubscriptionState;
import io.isochrone.config.model.Tier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of regions, the service and its APIs. Thread-safe: no state. */
final class ServiceKeys {
    /** Stands for a region that could not be read; it never leaves the reader. */
    static final Region UNREAD = new Region("?", "?", new GeoPoint(0, 0));

    static final Kind<Region> REGION_NAME = new Kind<>(
            "a region of the catalogue or one listed under regions",
            ServiceKeys::region,
            Region::displayName,
            List.of());

    private static final Kind<List<String>> API_NAMES =
            Kind.list(Kinds.text("name of an API", "[A-Za-z0-9][A-Za-z0-9._-]{0,79}"));

    /** {@code all}, which is nothing here, or names. */
    private static final Kind<Opened> OPENED = new Kind<>(
            "all, or list of names of APIs",
            ServiceKeys::opened,
            opened -> opened.apis == null ? "all" : API_NAMES.printer().apply(opened.apis),
            List.of());

    static final Kind<Region> OWN_REGION = ownRegion();
    static final Kind<Location> LOCATION = location();
    static final Kind<Service> SERVICE = service();
    static final Kind<Api> API = api();
    static final Kind<Subscription> SUBSCRIPTION = subscription();

    private ServiceKeys() {}

    private static Kind<Region> ownRegion() {
        Key<String> name = Key.required(
                "name",
                Kinds.text("lower-case letters, digits and dashes, at most 50", "[a-z0-9][a-z0-9-]{0,49}"),
                "?",
                "what locations and metrics call it");
        Key<String> displayName = Key.optional(
                "display-name",
                Kinds.text("1 to 80 characters, no control characters", "[^\\p{Cntrl}]{1,80}"),
                "",
                "the name",
                "what people call it");
        Key<Double> latitude = Key.required("latitude", Kinds.decimal(-90, 90), 0.0, "degrees north");
        Key<Double> longitude = Key.required("longitude", Kinds.decimal(-180, 180), 0.0, "degrees east");
        return Kind.section(List.of(name, displayName, latitude, longitude), in -> {
            String shortName = in.get(name);
            String display = in.get(displayName);
            GeoPoint point = new GeoPoint(in.get(latitude), in.get(longitude));
            return new Region(shortName, display.isEmpty() ? shortName : display, point);
        });
    }

    private static Kind<Location> location() {
        Key<Region> region =
                Key.required("location", REGION_NAME, UNREAD, "where; `westeurope` and `West Europe` are the same");
        Key<Integer> units =
                Key.optional("units", Kinds.number(1, 1000), 1, "capacity units; the tier says how many there may be");
        Key<Boolean> disabled = Key.optional(
                "gateway-disabled", Kinds.FLAG, false, "take the region out of service; no request is sent to it");
        Key<List<HostPort>> nodes = Key.optional(
                "nodes",
                Kind.list(Kinds.ADDRESS),
                List.of(),
                "where the region's gateway nodes listen; needed unless the gateway is disabled");
        return Kind.section(
                List.of(region, units, disabled, nodes),
                in -> new Location(in.get(region), in.get(units), in.get(disabled), in.get(nodes)));
    }

    private static Kind<Service> service() {
        Key<String> name = Key.required(
                "name",
                Kinds.text(
                        "letters, digits and hyphens, a letter first, no hyphen last, at most 50",
                        "[A-Za-z]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?"),
                "?",
                "the service's name");
        Key<Tier> tier = Key.required("tier", Kinds.TIER, Tier.PREMIUM, "what the service may have, in any case");
        Key<Optional<String>> secret = Key.optional(
                "hop-secret",
                Kind.optional(Kinds.text("at least 16 characters without blanks", "[!-~]{16,200}"))
                        .secret(),
                Optional.empty(),
                "none",
                "shared by the routers and gateways of this service so that they believe what they tell one another;"
                        + " without it nothing is believed");
        Key<Location> primary =
                Key.required("primary", LOCATION, new Location(UNREAD, 1, false, List.of()), "the primary location");
        Key<List<Location>> additional = Key.optional(
                "additional-locations", Kind.list(LOCATION), List.of(), "the other locations; tier Premium only");
        return Kind.section(List.of(name, tier, secret, primary, additional), in -> {
            Optional<String> hopSecret = in.get(secret);
            return new Service(in.get(name), in.get(tier), in.get(primary), in.get(additional), hopSecret.orElse(null));
        });
    }

    private static Kind<Api> api() {
        Key<String> name = Key.required(
                "name",
                Kinds.text(
                        "letters, digits, dots, dashes and underscores, at most 80", "[A-Za-z0-9][A-Za-z0-9._-]{0,79}"),
                "?",
                "unique; used in metrics and logs");
        Key<String> path = Key.required(
                "path", Kinds.PATH, "?", "prefix of whole segments, cut off before the request goes to the backend");
        Key<List<Backend>> backends = Key.optional(
                "backends",
                Kind.list(Kinds.BACKEND),
                List.of(),
                "where requests go from a region without backends of its own");
        Key<Map<String, List<Backend>>> regional = Key.optional(
                "regional-backends",
                new Kind<>(
                        "mapping of locations to lists of backends",
                        ServiceKeys::regionalBackends,
                        printed -> "{}",
                        List.of()),
                Map.of(),
                "`REGION: [BACKEND, …]`: the backends that this region uses instead");
        Key<Boolean> retry = Key.optional(
                "retry-idempotent-writes",
                Kinds.FLAG,
                false,
                "whether the backend bears repeated PUT, DELETE and Idempotency-Key requests, so that they may be sent"
                        + " again after an ambiguous failure");
        Key<Integer> requests = Key.optional(
                "max-requests",
                Kinds.number(0, 10_000_000),
                0,
                "most requests of the API under way on one gateway node, WebSockets too, so that one slow backend does not take all;"
                        + " further ones get 503 with Retry-After, or another region. 0: half of `gateway.limits.max-requests`");
        Key<Boolean> required = Key.optional(
                "subscription-required",
                Kinds.FLAG,
                KeyCheck.NONE.isRequired(),
                "whether callers need the key of an active subscription that opens the API; others get 401");
        KeyCheck d = KeyCheck.NONE;
        Key<KeyCheck> names =
                Key.optional("subscription-key", keyNames(), d, "where callers put the key; it goes on to the backend");
        return Kind.section(List.of(name, path, backends, regional, retry, requests, required, names), in -> {
            KeyCheck where = in.get(names);
            return new Api(
                    in.get(name),
                    in.get(path),
                    in.get(backends),
                    in.get(regional),
                    in.get(retry),
                    in.get(requests),
                    new KeyCheck(in.get(required), where.header(), where.query()));
        });
    }

    private static Kind<KeyCheck> keyNames() {
        KeyCheck d = KeyCheck.NONE;
        Key<String> header = Key.optional(
                "header",
                Kinds.text("name of a header field, at most 100 characters", "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}"),
                d.header(),
                "the field, which counts before the query parameter; in any case of letters");
        Key<String> query = Key.optional("query", Kinds.PARAMETER, d.query(), "the parameter, in any case of letters");
        return Kind.section(List.of(header, query), in -> new KeyCheck(false, in.get(header), in.get(query)));
    }

    private static Kind<Subscription> subscription() {
        Key<String> name = Key.required(
                "name",
                Kinds.text("1 to 256 characters, no blanks or control characters", "[^\\p{Cntrl}\\s]{1,256}"),
                "?",
                "unique; as the management API knows it");
        Key<Opened> apis =
                Key.required("apis", OPENED, new Opened(null), "`all`, or the names of the APIs that it opens");
        Key<SubscriptionState> state = Key.optional(
                "state",
                ConnectionKeys.oneOf(SubscriptionState.values(), SubscriptionState::text),
                SubscriptionState.ACTIVE,
                "only the keys of an active one are good");
        Key<List<String>> hashes = Key.required(
                "key-hashes",
                Kind.list(Kinds.text("SHA-256 of a key: 64 hex digits in lower case", "[0-9a-f]{64}")
                        .secret()),
                List.of(),
                "SHA-256 of each of its keys, at most four; of the key abc: `printf %s abc | sha256sum`");
        return Kind.section(
                List.of(name, apis, state, hashes),
                in -> new Subscription(in.get(name), in.get(apis).apis, in.get(state), in.get(hashes)));
    }

    /** @param apis null: all */
    private record Opened(@Nullable List<String> apis) {}

    private static @Nullable Opened opened(Value value) {
        if ("all".equals(value.text())) {
            return new Opened(null);
        }
        if (value.text() != null || value.isMapping()) {
            value.problem(OPENED.name());
            return null;
        }
        List<String> names = API_NAMES.reader().apply(value);
        return names == null ? null : new Opened(names);
    }

    private static @Nullable Map<String, List<Backend>> regionalBackends(Value value) {
        if (value.isNothing()) {
            return Map.of();
        }
        Map<String, Value> entries = Fields.entries(value);
        if (entries == null) {
            return null;
        }
        Kind<List<Backend>> backends = Kind.list(Kinds.BACKEND);
        Map<String, List<Backend>> byRegion = new LinkedHashMap<>();
        entries.forEach((written, entry) -> {
            List<Backend> read = backends.reader().apply(entry);
            Region region = value.reading.regions().find(written);
            if (region == null) {
                entry.keyProblem(
                        "unknown region",
                        REGION_NAME.name(),
                        value.reading.regions().suggest(written));
            } else if (byRegion.containsKey(region.name())) {
                entry.keyProblem("repeated", "each region once", null);
            } else {
                entry.alsoPlacedAt(value.path + "." + region.name());
                byRegion.put(region.name(), read == null ? List.of() : read);
            }
        });
        return byRegion;
    }

    private static @Nullable Region region(Value value) {
        String text = value.text();
        Region region = text == null ? null : value.reading.regions().find(text);
        if (region == null) {
            value.problem(
                    REGION_NAME.name(),
                    text == null ? null : value.reading.regions().suggest(text));
        }
        return region;
    }
}
