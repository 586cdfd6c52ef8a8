package io.isochrone.config.read;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Location;
import io.isochrone.config.model.Region;
import io.isochrone.config.model.Service;
import io.isochrone.config.model.Tier;
import io.isochrone.config.problem.Problems;
import io.isochrone.config.problem.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The form of a deployment file: which keys there are and what they become. Not thread-safe; confined to its owner. */
final class DeploymentForm {
    private static final Region NOWHERE = new Region("unknown", "unknown", new GeoPoint(0, 0));

    private final Problems problems;
    private final @Nullable Path folder;
    private RegionCatalogue catalogue;

    DeploymentForm(Problems problems, RegionCatalogue catalogue, @Nullable Path folder) {
        this.problems = problems;
        this.catalogue = catalogue;
        this.folder = folder;
    }

    Deployment read(Section top) {
        List<Region> own = new ArrayList<>();
        for (Section region : top.sections("regions")) {
            own.add(ownRegion(region));
        }
        catalogue = catalogue.with(own);
        if (!top.has("service")) {
            problems.add("service", "missing", "a service with a name, a tier and a primary location");
        }
        Service service = service(top.section("service"));
        List<Api> apis = new ArrayList<>();
        for (Section api : top.sections("apis")) {
            apis.add(api(api));
        }
        NodeForms nodes = new NodeForms(this);
        return new Deployment(
                service, apis, nodes.router(top.section("router")), nodes.gateway(top.section("gateway")));
    }

    private Region ownRegion(Section s) {
        String name = s.required("name", "unknown", "a short name", text -> {
            if (!text.matches("[a-z0-9][a-z0-9-]{0,49}")) {
                throw new IllegalArgumentException("lower-case letters, digits and dashes, at most 50");
            }
            return text;
        });
        String display = s.value("display-name", name, text -> text);
        Region region = new Region(
                name, display, new GeoPoint(s.decimal("latitude", -90, 90), s.decimal("longitude", -180, 180)));
        s.close();
        return region;
    }

    private Service service(Section s) {
        String name = s.required("name", "unknown", "a name", text -> {
            if (!text.matches("[A-Za-z]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?")) {
                throw new IllegalArgumentException(
                        "letters, digits and hyphens, a letter first, no hyphen last, at most 50");
            }
            return text;
        });
        Tier tier = s.required("tier", Tier.PREMIUM, "one of " + tiers(), DeploymentForm::tier);
        String secret = s.valueOrNull("hop-secret", text -> {
            if (text.length() < 16) {
                throw new IllegalArgumentException("at least 16 characters");
            }
            return text;
        });
        if (!s.has("primary")) {
            problems.add(s.at("primary"), "missing", "the primary location");
        }
        Section first = s.section("primary");
        Location primary = s.has("primary") ? location(first) : new Location(NOWHERE, 1, false, List.of());
        List<Location> additional = new ArrayList<>();
        for (Section location : s.sections("additional-locations")) {
            additional.add(location(location));
        }
        s.close();
        Service service = new Service(name, tier, primary, additional, secret);
        problems.origin(service, "service");
        return service;
    }

    private static Tier tier(String text) {
        for (Tier tier : Tier.values()) {
            if (tier.displayName().equalsIgnoreCase(text)) {
                return tier;
            }
        }
        String near = Suggestion.nearest(
                text, Arrays.stream(Tier.values()).map(Tier::displayName).toList());
        throw new IllegalArgumentException(
                "one of " + tiers() + (near == null ? "" : "; did you mean \"" + near + "\"?"));
    }

    private static String tiers() {
        return String.join(
                ", ", Arrays.stream(Tier.values()).map(Tier::displayName).toList());
    }

    private Location location(Section s) {
        Region region = s.required("location", NOWHERE, "a region", this::region);
        int units = s.number("units", 1, 1, 1000);
        boolean disabled = s.flag("gateway-disabled", false);
        List<HostPort> nodes = s.list("nodes", List.of(), HostPort::parse);
        s.close();
        Location location = new Location(region, units, disabled, nodes);
        problems.origin(location, s.at("").replaceAll("\\.$", ""));
        return location;
    }

    Region region(String text) {
        Region region = catalogue.find(text);
        if (region == null) {
            String near = catalogue.suggest(text);
            throw new IllegalArgumentException("a region of the catalogue or one listed under regions"
                    + (near == null ? "" : "; did you mean \"" + near + "\"?"));
        }
        return region;
    }

    private Api api(Section s) {
        String name = s.required("name", "unknown", "a name", text -> {
            if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
                throw new IllegalArgumentException("letters, digits, dots, dashes and underscores, at most 80");
            }
            return text;
        });
        String path = s.required("path", "", "a path such as /orders, or /", DeploymentForm::apiPath);
        List<Backend> backends = s.list("backends", List.of(), DeploymentForm::backend);
        Map<String, List<Backend>> regional = new LinkedHashMap<>();
        List<String> keys = s.keys("regional-backends");
        Section inside = s.section("regional-backends");
        for (String key : keys) {
            List<Backend> own = inside.list(key, List.of(), DeploymentForm::backend);
            Region region = catalogue.find(key);
            if (region == null) {
                problems.add(inside.at(key), "unknown region", "a location of the service", catalogue.suggest(key));
            } else {
                regional.put(region.name(), own);
            }
        }
        boolean retry = s.flag("retry-idempotent-writes", false);
        s.close();
        Api api = new Api(name, path, backends, regional, retry);
        problems.origin(api, s.at("").replaceAll("\\.$", ""));
        return api;
    }

    private static String apiPath(String text) {
        if (text.equals("/")) {
            return "";
        }
        if (!text.matches("(/[A-Za-z0-9._~!$&'()*+,=:@-]+)+") || text.matches(".*/\\.{1,2}(/.*)?")) {
            throw new IllegalArgumentException("/ or segments such as /shop/orders, without slash at the end");
        }
        return text;
    }

    static Backend backend(String text) {
        if (text.startsWith("https://")) {
            throw new IllegalArgumentException("http://HOST[:PORT][/BASE]; TLS to backends is not offered yet");
        }
        if (!text.startsWith("http://")) {
            throw new IllegalArgumentException("http://HOST[:PORT][/BASE]");
        }
        int slash = text.indexOf('/', 7);
        String authority = text.substring(7, slash < 0 ? text.length() : slash);
        String base = slash < 0 ? "" : text.substring(slash);
        if (base.equals("/")) {
            base = "";
        }
        if (!base.isEmpty()) {
            apiPath(base);
        }
        boolean hasPort = authority.matches(".*:[0-9]+");
        HostPort address = HostPort.parse(hasPort ? authority : authority + ":80");
        if (address.port() == 0 || !address.host().matches("[A-Za-z0-9._:-]+")) {
            throw new IllegalArgumentException("http://HOST[:PORT][/BASE] with a port from 1 to 65535");
        }
        return new Backend(address, base);
    }

    GeoPoint place(Section s) {
        if (s.isMapping("place")) {
            Section point = s.section("place");
            GeoPoint place = new GeoPoint(point.decimal("latitude", -90, 90), point.decimal("longitude", -180, 180));
            point.close();
            return place;
        }
        return s.value("place", NOWHERE, this::region).point();
    }

    /** A path relative to the file's folder. */
    String resolved(String path) {
        return folder == null ? path : folder.resolve(path).toString();
    }

    AccessLogSettings accessLog(Section s) {
        AccessLogSettings d = AccessLogSettings.DEFAULTS;
        AccessLogSettings log = new AccessLogSettings(
                s.value("target", d.target(), t -> t.equals("off") || t.equals("stdout") ? t : resolved(t)),
                s.number("queue-lines", d.queueLines(), 16, 1_000_000),
                s.list("secret-parameters", d.secretParameters(), t -> t));
        s.close();
        return log;
    }
}
