package io.isochrone.control.arm.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.arm.entity.Desk.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeded calls over all entities, good ones and bad ones, answered by the real thing and by a model that holds maps of what is there. */
class EntitiesModelTest {
    private static final String[] KINDS = {
        "apis", "apis/operations", "apis/policies", "apis/operations/policies", "products", "products/apis",
                "products/policies",
        "policies", "policyFragments", "subscriptions", "backends", "namedValues", "gateways", "gateways/apis"
    };
    private static final String[] METHODS = {"PUT", "PUT", "PUT", "GET", "HEAD", "PATCH", "DELETE", "LIST", "POST"};
    private static final String[] NAMES = {"a", "b", "C"};

    /** What is there: path in lower case → path as created, tag. */
    private final TreeMap<String, String[]> there = new TreeMap<>();

    private final Map<String, String> scopes = new HashMap<>();
    private final Desk desk = new Desk();

    /** Of the subscription that is being put. */
    private String scope = "";

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54})
    void everyCallIsAnsweredAsTheModelSays(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_500; i++) {
            String kind = KINDS[random.nextInt(KINDS.length)];
            String path = path(kind, random);
            String method = METHODS[random.nextInt(METHODS.length)];
            String match = List.of("", "*", "tag", "\"AAAAAAAAAAA=\"").get(random.nextInt(4));
            step(kind, path, method, match, random.nextInt(8) == 0, random);
            if (i % 250 == 0) {
                everythingIsReadable();
            }
        }
        everythingIsReadable();
        assertThat(there).isNotEmpty();
    }

    private static String path(String kind, Random random) {
        StringBuilder path = new StringBuilder();
        for (String each : kind.split("/")) {
            String name = each.equals("policies") ? "policy" : NAMES[random.nextInt(NAMES.length)];
            path.append(path.isEmpty() ? "" : "/").append(each).append('/');
            path.append(random.nextInt(4) == 0 ? name.toUpperCase(Locale.ROOT) : name);
        }
        return path.toString();
    }

    private void step(String kind, String path, String method, String match, boolean bad, Random random) {
        String key = path.toLowerCase(Locale.ROOT);
        String[] now = there.get(key);
        String sent = match.equals("tag") ? now == null ? "\"x\"" : now[1] : match;
        String[] headers = sent.isEmpty() ? new String[0] : new String[] {"If-Match", sent};
        String as = method + " " + path + " " + sent + (bad ? " bad" : "");
        boolean link = kind.endsWith("s/apis");
        boolean holds = sent.isEmpty() || sent.equals("*") || now != null && sent.equals(now[1]);
        boolean parent = parent(key);
        switch (method) {
            case "GET", "HEAD" -> {
                Answer answer = desk.call(method, path, "");
                int found = !link ? 200 : method.equals("GET") ? 405 : kind.startsWith("p") ? 204 : 200;
                assertThat(answer.status()).as(as).isEqualTo(now == null ? 404 : found);
                if (now != null && found != 405) {
                    assertThat(answer.etag()).as(as).isEqualTo(now[1]);
                }
                if (method.equals("HEAD")) {
                    assertThat(answer.body()).isEmpty();
                } else if (found == 200 && now != null) {
                    assertThat(answer.json().path("id").asText()).endsWith("/Apim1/" + now[0]);
                }
            }
            case "PUT" -> {
                boolean target = !link || there.containsKey(key.substring(key.indexOf("/apis/") + 1));
                Answer answer = desk.put(path, link ? "" : body(kind, key, bad, random), headers);
                boolean starred = sent.isEmpty() || sent.equals("*");
                int expected = !parent
                        ? 404
                        : !(now == null ? starred : holds)
                                ? 412
                                : !target ? 404 : bad && !link ? 400 : now == null ? 201 : 200;
                assertThat(answer.status()).as(as + answer.body()).isEqualTo(expected);
                if (expected < 300) {
                    written(key, path, now, answer);
                    if (kind.equals("subscriptions")) {
                        scopes.put(key, scope);
                    }
                }
            }
            case "PATCH" -> {
                boolean whole = !link && !kind.endsWith("policies") && !kind.equals("policyFragments");
                Answer answer =
                        desk.patch(path, bad ? "{\"displayName\":5,\"locationData\":5,\"url\":5}" : "{}", headers);
                int expected = !whole
                        ? 405
                        : !parent ? 404 : sent.isEmpty() ? 428 : now == null ? 404 : !holds ? 412 : bad ? 400 : 200;
                assertThat(answer.status()).as(as + answer.body()).isEqualTo(expected);
                if (expected == 200) {
                    written(key, path, now, answer);
                }
            }
            case "DELETE" -> {
                String query = kind.equals("products") ? "?deleteSubscriptions=true" : "";
                Answer answer = desk.call("DELETE", path + query, "", headers);
                int expected = !link && sent.isEmpty() ? 428 : !parent ? 404 : now == null ? 204 : !holds ? 412 : 200;
                assertThat(answer.status()).as(as + answer.body()).isEqualTo(expected);
                if (expected == 200) {
                    gone(key);
                }
            }
            case "LIST" -> {
                String collection = path.substring(0, path.lastIndexOf('/'));
                Answer answer = desk.get(collection);
                long members = there.keySet().stream()
                        .filter(each -> each.startsWith(collection.toLowerCase(Locale.ROOT) + "/")
                                && each.indexOf('/', collection.length() + 1) < 0)
                        .count();
                assertThat(answer.status()).as(as).isEqualTo(parent ? 200 : 404);
                assertThat(answer.json().path("count").asLong()).as(as).isEqualTo(parent ? members : 0);
            }
            default -> {
                Answer answer = desk.call("POST", path + "/listSecrets", "");
                boolean keys = kind.equals("subscriptions") && now != null;
                assertThat(answer.status()).as(as).isEqualTo(keys ? 200 : 404);
            }
        }
    }

    private boolean parent(String key) {
        String[] words = key.split("/");
        for (int i = 2; i < words.length; i += 2) {
            if (!there.containsKey(String.join("/", List.of(words).subList(0, i)))) {
                return false;
            }
        }
        return true;
    }

    private void written(String key, String path, String[] now, Answer answer) {
        String created = path;
        if (now != null) {
            created = now[0];
        } else {
            String[] words = path.split("/");
            for (int i = 2; i < words.length; i += 2) {
                String parent =
                        there.get(String.join("/", List.of(key.split("/")).subList(0, i)))[0];
                created = parent + path.substring(parent.length());
            }
            int link = key.startsWith("apis/") ? -1 : key.indexOf("/apis/");
            if (link >= 0) {
                created = created.substring(0, link) + "/" + there.get(key.substring(link + 1))[0];
            }
        }
        created = created.replace("/POLICY", "/policy");
        there.put(key, new String[] {created.startsWith("policies/") ? "policies/policy" : created, answer.etag()});
    }

    private void gone(String key) {
        there.keySet().removeIf(each -> each.equals(key) || each.startsWith(key + "/"));
        if (key.startsWith("apis/") && key.indexOf('/', 5) < 0) {
            there.keySet().removeIf(each -> each.endsWith("/" + key));
        }
        scopes.entrySet().removeIf(each -> {
            boolean follows = each.getValue().equals(key) || each.getKey().equals(key);
            if (follows) {
                there.remove(each.getKey());
            }
            return follows;
        });
    }

    /** A good body for the entity, or one that is bad in each kind. */
    private String body(String kind, String key, boolean bad, Random random) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        String text = "\"displayName\":" + (bad ? "5" : "\"" + name + "\"");
        return switch (kind) {
            case "apis" -> "{" + text + ",\"path\":\"" + name + "\"}";
            case "apis/operations" -> "{" + text + ",\"method\":\"get\",\"urlTemplate\":\"/" + name + "\"}";
            case "products" -> "{" + text + "}";
            case "subscriptions" -> {
                String wanted = List.of("apis", "apis/a", "products/b").get(random.nextInt(3));
                String chosen = there.containsKey(wanted) ? wanted : "apis";
                scope = chosen;
                yield "{" + text + ",\"scope\":\"/" + chosen + "\"}";
            }
            case "backends" -> "{\"protocol\":\"http\",\"url\":\"" + (bad ? "x" : "https://x.test/" + name) + "\"}";
            case "namedValues" -> "{" + text + ",\"value\":\"v\",\"secret\":" + random.nextBoolean() + "}";
            case "gateways" -> "{\"locationData\":{\"name\":" + (bad ? "{}" : "\"x\"") + "}}";
            case "policyFragments" -> "{\"value\":\"<" + (bad ? "x" : "fragment") + "/>\"}";
            default -> "{\"value\":\"<" + (bad ? "x" : "policies") + "/>\"}";
        };
    }

    private void everythingIsReadable() {
        ServiceEntities all = StoredEntities.read(desk.store, Desk.SERVICE.id(), Desk.BOX);
        TreeSet<String> stored = new TreeSet<>();
        all.apis().forEach(each -> stored.add("apis/" + each.name()));
        all.products().forEach(each -> stored.add("products/" + each.name()));
        all.subscriptions().forEach(each -> stored.add("subscriptions/" + each.name()));
        all.backends().forEach(each -> stored.add("backends/" + each.name()));
        all.namedValues().forEach(each -> stored.add("namedValues/" + each.name()));
        all.fragments().forEach(each -> stored.add("policyFragments/" + each.name()));
        all.gateways().forEach(each -> stored.add("gateways/" + each.name()));
        TreeSet<String> expected = new TreeSet<>();
        int policies = 0;
        int operations = 0;
        int links = 0;
        for (Map.Entry<String, String[]> each : there.entrySet()) {
            String[] words = each.getKey().split("/");
            if (words[words.length - 2].equals("policies")) {
                policies++;
            } else if (words.length == 4) {
                boolean isOperation = words[2].equals("operations");
                operations += isOperation ? 1 : 0;
                links += isOperation ? 0 : 1;
            } else {
                expected.add(KINDS_BY_WORD.get(words[0]) + each.getValue()[0].substring(words[0].length()));
            }
        }
        assertThat(stored).isEqualTo(expected);
        assertThat(all.policies()).hasSize(policies);
        assertThat(all.operations()).hasSize(operations);
        assertThat(all.products().stream().mapToInt(each -> each.apis().size()).sum()
                        + all.gateways().stream()
                                .mapToInt(each -> each.apis().size())
                                .sum())
                .isEqualTo(links);
    }

    private static final Map<String, String> KINDS_BY_WORD = new HashMap<>();

    static {
        for (String each : KINDS) {
            KINDS_BY_WORD.put(each.toLowerCase(Locale.ROOT), each);
        }
    }
}
