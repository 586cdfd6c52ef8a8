package io.isochrone.control.arm;

import static io.isochrone.control.arm.Management.SERVICES;
import static io.isochrone.control.arm.Management.body;
import static io.isochrone.control.arm.Management.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of calls, good and bad, against a model of what services there are: states, tags and errors agree. */
final class RandomCallsTest {
    private static final int CALLS = 10_000;
    private static final String[] NAMES = {"a", "Bee", "c-3", "-bad", "x_y"};
    private static final String[] REGIONS = {
        "westeurope", "East Asia", "EASTUS", "North Europe", "brazilsouth", "Atlantis"
    };
    private static final String[] TIERS = {"Developer", "Basic", "Standard", "Premium", "premium", "Gold"};
    private static final Map<String, Integer> MOST = Map.of("developer", 1, "basic", 2, "standard", 4, "premium", 12);
    private static final Map<String, String> CANONICAL = Map.of(
            "westeurope",
            "westeurope",
            "East Asia",
            "eastasia",
            "EASTUS",
            "eastus",
            "North Europe",
            "northeurope",
            "brazilsouth",
            "brazilsouth");

    /** A location as the model has it. */
    private record Place(String region, int units, boolean off) {}

    /** A service as the model has it; {@code state} is the contract's. */
    private record Model(String id, String tier, Place primary, List<Place> others, String state, String etag) {
        Model in(String next, String tag) {
            return new Model(id, tier, primary, others, next, tag);
        }
    }

    private final Management management = new Management();
    private final Map<String, Model> models = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final int[] answers = new int[600];

    @ParameterizedTest
    @ValueSource(longs = {1, 20261125})
    @Timeout(60)
    void statesTagsAndErrorsAgreeWithAModel(long seed) {
        Random random = new Random(seed);

        for (int i = 0; i < CALLS; i++) {
            int what = random.nextInt(100);
            String name = NAMES[random.nextInt(10) == 0 ? random.nextInt(NAMES.length) : random.nextInt(3)];
            if (what < 25) {
                settle();
            } else if (what < 50) {
                put(random, name);
            } else if (what < 75) {
                patch(random, name);
            } else if (what < 80) {
                delete(random, name);
            } else {
                agree(name);
            }
        }

        for (int status : new int[] {200, 201, 202, 204, 400, 404, 409, 412}) {
            assertThat(answers[status]).as("answers %s", status).isPositive();
        }
        assertThat(answers[500]).isZero();
    }

    /** What is under way ends: there are no nodes that would have to follow, but those that join. */
    private void settle() {
        management.fleet.gateway("e", "eastasia", Long.MAX_VALUE);
        management.fleet.gateway("u", "eastus", Long.MAX_VALUE);
        management.fleet.gateway("n", "northeurope", Long.MAX_VALUE);
        management.fleet.gateway("b", "brazilsouth", Long.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            management.operations.tick();
        }
        management.pass(Duration.ofMinutes(20)); // finished operations are forgotten
        models.values().removeIf(model -> model.state.equals("Terminating"));
        models.replaceAll((name, model) -> model.in("Succeeded", null));
    }

    private static String cased(Random random, String name) {
        String id = SERVICES + "/" + name;
        return random.nextInt(4) == 0 ? id.toUpperCase(Locale.ROOT) : id;
    }

    private Reply call(String method, String id, String body, String... headers) {
        Reply reply = management.call(method, id, body, headers);
        answers[reply.status()]++;
        return reply;
    }

    private static List<Place> places(Random random, String tier, StringBuilder json, boolean[] bad) {
        List<Place> places = new ArrayList<>();
        json.append('[');
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String region = REGIONS[1 + random.nextInt(random.nextInt(8) == 0 ? 5 : 4)];
            int units = random.nextInt(20) == 0 ? 13 : 1 + random.nextInt(4);
            boolean off = random.nextInt(4) == 0;
            json.append(i == 0 ? "" : ",")
                    .append("{\"location\":\"" + region + "\",\"sku\":{\"name\":\"" + tier + "\",\"capacity\":" + units
                            + "},\"disableGateway\":" + off + "}");
            if (!CANONICAL.containsKey(region) || units > MOST.getOrDefault(tier.toLowerCase(Locale.ROOT), 0)) {
                bad[0] = true;
            } else {
                places.add(new Place(CANONICAL.get(region), units, off));
            }
        }
        json.append(']');
        return places;
    }

    private void put(Random random, String name) {
        String tier = TIERS[random.nextInt(3) == 0 ? random.nextInt(TIERS.length) : 3];
        int units = 1 + random.nextInt(4);
        boolean off = random.nextInt(8) == 0;
        boolean[] bad = {units > MOST.getOrDefault(tier.toLowerCase(Locale.ROOT), 0)};
        StringBuilder json = new StringBuilder();
        List<Place> others = places(random, tier, json, bad);
        String text = body(tier, units, json.toString())
                .replace("\"publisherName\"", "\"disableGateway\":" + off + ",\"publisherName\"");
        String location = random.nextInt(20) == 0 ? "northeurope" : "West Europe";
        text = text.replace("West Europe", location);
        Model old = models.get(name);
        String primary = location.equals("West Europe") ? "westeurope" : location;
        Model wanted = new Model(
                old == null ? SERVICES + "/" + name : old.id,
                tier.toLowerCase(Locale.ROOT),
                new Place(primary, units, off),
                others,
                "",
                null);
        send(random, "PUT", name, text, old, wanted, bad[0]);
    }

    private void patch(Random random, String name) {
        Model old = models.get(name);
        if (old == null) {
            assertThat(call("PATCH", cased(random, name), "{}").status()).isEqualTo(404);
            return;
        }
        boolean[] bad = {false};
        StringBuilder json = new StringBuilder();
        switch (random.nextInt(3)) {
            case 0 -> {
                List<Place> others = places(random, old.tier, json, bad);
                Model wanted = new Model(old.id, old.tier, old.primary, others, "", null);
                send(random, "PATCH", name, Management.patch(json.toString()), old, wanted, bad[0]);
            }
            case 1 -> {
                boolean off = random.nextBoolean();
                Place primary = new Place(old.primary.region, old.primary.units, off);
                Model wanted = new Model(old.id, old.tier, primary, old.others, "", null);
                send(random, "PATCH", name, "{\"properties\":{\"disableGateway\":" + off + "}}", old, wanted, false);
            }
            default -> {
                int units = random.nextInt(14);
                Place primary = new Place(old.primary.region, units, old.primary.off);
                Model wanted = new Model(old.id, old.tier, primary, old.others, "", null);
                boolean many = units < 1 || units > MOST.get(old.tier);
                send(random, "PATCH", name, "{\"sku\":{\"capacity\":" + units + "}}", old, wanted, many);
            }
        }
    }

    private void send(Random random, String method, String name, String text, Model old, Model wanted, boolean bad) {
        String ifMatch = old == null || old.etag == null || random.nextInt(4) > 0
                ? null
                : random.nextBoolean() ? old.etag : "\"AAAA\"";
        String id = cased(random, name);
        Reply reply = ifMatch == null ? call(method, id, text) : call(method, id, text, "If-Match", ifMatch);

        String why = method + " " + name + " " + text + " " + ifMatch + "\nold " + old + "\nanswer "
                + new String(reply.body(), StandardCharsets.UTF_8);
        int expected = expected(method, name, old, wanted, bad, ifMatch);
        assertThat(reply.status()).as(why).isEqualTo(expected);
        if (expected >= 400) {
            assertThat(json(reply).at("/error/code").asText()).as(why).isNotEmpty();
            assertThat(json(reply).at("/error/message").asText()).as(why).isNotEmpty();
            return;
        }
        String state = expected == 200 ? old.state : expected == 201 ? "Created" : "Updating";
        Model made = new Model(
                old == null ? ServicePath.of(id).id() : old.id,
                wanted.tier,
                wanted.primary,
                wanted.others,
                state,
                reply.headers().get("ETag"));
        models.put(name, made);
        if (expected == 202) {
            settle();
        }
        agree(name);
    }

    /** The rules once more, written differently. */
    private int expected(String method, String name, Model old, Model wanted, boolean bad, String ifMatch) {
        if (method.equals("PATCH") && !old.state.equals("Succeeded")) {
            return 409;
        }
        if (bad) {
            return 400;
        }
        if (ifMatch != null && !ifMatch.equals(old.etag)) {
            return 412;
        }
        if (old == null) {
            boolean valid = name.matches("[A-Za-z][A-Za-z0-9-]*");
            return valid && sound(wanted) && live(wanted.primary, wanted.others) ? 201 : 400;
        }
        if (!old.state.equals("Succeeded")) {
            return 409;
        }
        if (!wanted.primary.region.equals(old.primary.region)) {
            return 409;
        }
        if (!sound(wanted) || !live(wanted.primary, wanted.others)) {
            return 400;
        }
        // during the change: what serves and stays on, or is replaced only once something has joined
        boolean joins = wanted.others.stream().anyMatch(place -> find(old, place.region) == null);
        boolean stays = !wanted.primary.off
                || wanted.others.stream().anyMatch(place -> !place.off && find(old, place.region) != null);
        boolean replaced = joins
                && old.others.stream()
                        .anyMatch(place -> !place.off
                                && wanted.others.stream().noneMatch(each -> each.region.equals(place.region)));
        if (!stays && !replaced) {
            return 400;
        }
        boolean same =
                wanted.primary.equals(old.primary) && wanted.others.equals(old.others) && wanted.tier.equals(old.tier);
        return same ? 200 : 202;
    }

    private static Place find(Model model, String region) {
        return model.others.stream()
                .filter(place -> place.region.equals(region))
                .findFirst()
                .orElse(null);
    }

    private static boolean live(Place primary, List<Place> others) {
        return !primary.off || others.stream().anyMatch(place -> !place.off);
    }

    private static boolean sound(Model wanted) {
        List<String> regions = wanted.others.stream().map(Place::region).toList();
        return (regions.isEmpty() || wanted.tier.equals("premium"))
                && new HashSet<>(regions).size() == regions.size()
                && !regions.contains(wanted.primary.region);
    }

    private void delete(Random random, String name) {
        Model old = models.get(name);
        Reply reply = call("DELETE", cased(random, name), "");
        if (old == null) {
            assertThat(reply.status()).isEqualTo(204);
        } else if (old.state.equals("Succeeded") || old.state.equals("Terminating")) {
            assertThat(reply.status()).isEqualTo(202);
            models.put(name, old.in("Terminating", null));
        } else {
            assertThat(reply.status()).isEqualTo(409);
        }
    }

    private void agree(String name) {
        Model model = models.get(name);
        Reply reply = call("GET", SERVICES + "/" + name, "");
        if (model == null) {
            assertThat(reply.status()).isEqualTo(404);
            return;
        }
        JsonNode shown = json(reply);
        assertThat(shown.path("id").asText()).isEqualTo(model.id);
        assertThat(shown.at("/properties/provisioningState").asText()).isEqualTo(model.state);
        assertThat(shown.at("/sku/name").asText()).isEqualToIgnoringCase(model.tier);
        assertThat(shown.at("/sku/capacity").asInt()).isEqualTo(model.primary.units);
        assertThat(shown.at("/properties/disableGateway").asBoolean()).isEqualTo(model.primary.off);
        List<Place> others = new ArrayList<>();
        shown.at("/properties/additionalLocations")
                .forEach(each -> others.add(new Place(
                        each.path("location").asText().toLowerCase(Locale.ROOT).replace(" ", ""),
                        each.at("/sku/capacity").asInt(),
                        each.path("disableGateway").asBoolean())));
        assertThat(others).isEqualTo(model.others);
        String etag = reply.headers().get("ETag");
        assertThat(etag).isEqualTo('"' + shown.path("etag").asText() + '"');
        if (model.etag != null) {
            assertThat(etag).isEqualTo(model.etag);
        }
        models.put(name, model.in(model.state, etag));
    }
}
