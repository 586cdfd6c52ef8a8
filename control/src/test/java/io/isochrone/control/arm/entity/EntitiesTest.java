package io.isochrone.control.arm.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.arm.entity.Desk.Answer;
import io.isochrone.control.http.Caller;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Keys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntitiesTest {
    private static final String API = "{\"displayName\":\"Echo\",\"path\":\"echo\"}";
    private static final String PRODUCT = "{\"displayName\":\"P\"}";
    private final Desk desk = new Desk();

    @Test
    void putsGetsReplacesAndDeletesAnEntity() {
        Answer made = desk.put("apis/Echo", API);
        Answer replaced = desk.put("APIS/echo", "{\"displayName\":\"Echo 2\",\"path\":\"echo\"}");
        Answer got = desk.get("apis/ECHO");
        Answer gone = desk.delete("apis/echo");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("id").asText()).isEqualTo(Desk.SERVICE.id() + "/apis/Echo");
        assertThat(made.json().path("type").asText()).isEqualTo("Microsoft.ApiManagement/service/apis");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().path("name").asText()).isEqualTo("Echo");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.etag())
                .isEqualTo(replaced.etag())
                .isNotEqualTo(made.etag())
                .matches("\".+\"");
        assertThat(got.body()).isEqualTo(replaced.body());
        assertThat(gone.status()).isEqualTo(200);
        assertThat(desk.delete("apis/echo").status()).isEqualTo(204);
        assertThat(desk.get("apis/echo").code()).isEqualTo("ResourceNotFound");
    }

    @Test
    void answersHeadsWithATagOrWithNothing() {
        String tag = desk.put("apis/a", API).etag();
        desk.put("products/p", PRODUCT);
        desk.put("products/p/apis/a", "");

        assertThat(desk.call("HEAD", "apis/a", "")).satisfies(head -> {
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.etag()).isEqualTo(tag);
            assertThat(head.body()).isEmpty();
        });
        assertThat(desk.call("HEAD", "apis/b", "")).isEqualTo(new Answer(404, java.util.Map.of(), ""));
        assertThat(desk.call("HEAD", "products/p/apis/A", "").status()).isEqualTo(204);
        assertThat(desk.call("HEAD", "products/p/apis/b", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    PUT,    there, -,     200
                    PUT,    there, *,     200
                    PUT,    there, tag,   200
                    PUT,    there, stale, 412
                    PUT,    gone,  -,     201
                    PUT,    gone,  *,     201
                    PUT,    gone,  stale, 412
                    PATCH,  there, -,     428
                    PATCH,  there, *,     200
                    PATCH,  there, tag,   200
                    PATCH,  there, stale, 412
                    PATCH,  gone,  *,     404
                    DELETE, there, -,     428
                    DELETE, there, *,     200
                    DELETE, there, tag,   200
                    DELETE, there, stale, 412
                    DELETE, gone,  *,     204
                    """)
    void weighsIfMatch(String method, String state, String ifMatch, int status) {
        String stale = desk.put("products/p", PRODUCT).etag();
        String tag = desk.put("products/p", PRODUCT).etag();
        if (state.equals("gone")) {
            desk.delete("products/p");
        }
        String sent = ifMatch == null ? null : ifMatch.replace("tag", tag).replace("stale", stale);

        Answer answer = sent == null
                ? desk.call(method, "products/p", "{\"properties\":" + PRODUCT + "}")
                : desk.call(method, "products/p", "{\"properties\":" + PRODUCT + "}", "If-Match", sent);

        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void patchesOnlyWhatIsGiven() {
        desk.put("products/p", "{\"displayName\":\"P\",\"description\":\"d\",\"state\":\"published\"}");

        Answer answer = desk.patch("products/p", "{\"displayName\":\"Q\",\"description\":null}", "If-Match", "*");

        assertThat(answer.properties().toString())
                .isEqualTo("{\"displayName\":\"Q\",\"subscriptionRequired\":true,\"state\":\"published\"}");
    }

    @Test
    void passesOverUnknownAndReadOnlyProperties() {
        Answer answer = desk.call(
                "PUT",
                "products/p",
                "{\"id\":\"x\",\"name\":\"y\",\"properties\":{\"displayName\":\"P\",\"colour\":1,\"createdDate\":\"z\"}}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("name").asText()).isEqualTo("p");
        assertThat(answer.body()).doesNotContain("colour", "createdDate");
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        Answer answer = desk.put("products/p", "{\"subscriptionRequired\":5,\"state\":\"lost\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("ValidationError");
        assertThat(answer.json().path("error").path("details")).hasSize(3);
        assertThat(answer.body()).contains("properties.displayName: missing (expected: a value)");
    }

    @Test
    void refusesChildrenWithoutTheirParent() {
        String operation = "{\"displayName\":\"o\",\"method\":\"GET\",\"urlTemplate\":\"/\"}";

        assertThat(desk.put("apis/none/operations/o", operation).status()).isEqualTo(404);
        assertThat(desk.get("apis/none/operations").status()).isEqualTo(404);
        assertThat(desk.delete("apis/none/operations/o").status()).isEqualTo(404);
        assertThat(desk.put("products/none/apis/a", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, nothing/x, 404",
        "GET, apis/a/nothing/x, 404",
        "GET, nothing, 404",
        "POST, apis, 405",
        "POST, products/p/nothing, 404",
        "PATCH, products/p/apis/a, 405",
        "PATCH, policies/policy, 405",
        "GET, products/p/apis/a, 405",
        "GET, policies/other, 404",
        "GET, policies/policy, 404",
        "PUT, products/a*b, 400",
        "PUT, products/, 400",
        "OPTIONS, products/p, 405",
    })
    void answersPathsAndMethodsThatAreNone(String method, String path, int status) {
        desk.put("apis/a", API);
        desk.put("products/p", PRODUCT);
        desk.put("products/p/apis/a", "");

        assertThat(desk.call(method, path, "{\"properties\":" + PRODUCT + "}", "If-Match", "*")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"[]", "{", "''", "{\"properties\":5}", "{\"a\":1,\"a\":2}", "{} {}"})
    void refusesBodiesThatAreNone(String body) {
        assertThat(desk.call("PUT", "products/p", body).status()).isEqualTo(400);
    }

    @Test
    void letsReadersReadAndNodesNothing() {
        desk.put("products/p", PRODUCT);
        desk.put("subscriptions/s", "{\"displayName\":\"s\",\"scope\":\"/products/p\",\"primaryKey\":\"open-sesame\"}");
        desk.role = Caller.Role.READER;

        assertThat(desk.get("subscriptions/s").body()).doesNotContain("open-sesame", "primaryKey");
        assertThat(desk.put("products/p", PRODUCT).status()).isEqualTo(403);
        assertThat(desk.delete("products/p").status()).isEqualTo(403);
        assertThat(desk.call("POST", "subscriptions/s/listSecrets", "").status())
                .isEqualTo(403);
        desk.role = Caller.Role.NODE;
        assertThat(desk.get("products/p").status()).isEqualTo(403);
    }

    @Test
    void deletesAllThatIsBelowInTheSameCommit() {
        desk.put("apis/a", API);
        desk.put("apis/a/operations/o", "{\"displayName\":\"o\",\"method\":\"get\",\"urlTemplate\":\"/\"}");
        desk.put("apis/a/operations/o/policies/policy", "{\"value\":\"<policies/>\"}");
        desk.put("apis/a/policies/policy", "{\"value\":\"<policies/>\"}");
        desk.put("products/p", PRODUCT);
        desk.put("products/p/apis/a", "");
        desk.put("gateways/g", "{\"locationData\":{\"name\":\"here\"}}");
        desk.put("gateways/g/apis/a", "");
        desk.put("subscriptions/s", "{\"displayName\":\"s\",\"scope\":\"/apis/a\"}");
        int commits = desk.store.commits;

        Answer answer = desk.delete("apis/A");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(desk.store.commits).isEqualTo(commits + 1);
        assertThat(desk.store.entries.keySet())
                .filteredOn(key -> key.contains("/service/apim1/"))
                .hasSize(3)
                .allMatch(key -> key.endsWith("/products/p") || key.endsWith("/gateways/g"));
    }

    @Test
    void deletesInStepsWhatIsTooMuchForOneCommit() {
        desk.put("apis/a", API);
        for (int i = 0; i < 300; i++) {
            desk.put(
                    "apis/a/operations/o" + i,
                    "{\"displayName\":\"o\",\"method\":\"GET\",\"urlTemplate\":\"/" + i + "\"}");
        }
        int commits = desk.store.commits;

        assertThat(desk.delete("apis/a").status()).isEqualTo(200);

        assertThat(desk.store.commits).isEqualTo(commits + 3);
        assertThat(desk.store.entries.keySet()).noneMatch(key -> key.contains("/apis/"));
    }

    @Test
    void listsPagesWithLinksThatLeadOn() {
        for (int i = 0; i < 5; i++) {
            desk.put("namedValues/v" + i, "{\"displayName\":\"n" + i + "\",\"value\":\"x\"}");
        }

        Answer first = desk.get("namedvalues?$top=2&$filter=contains(displayName,'n')");
        Answer last = desk.get("namedValues?$top=2&$skip=4");

        assertThat(first.json().path("value")).hasSize(2);
        assertThat(first.json().path("count").asInt()).isEqualTo(5);
        assertThat(first.json().path("nextLink").asText())
                .startsWith("https://localhost:8443/subscriptions/s1/")
                .contains("api-version=2024-05-01", "$skip=2", "$top=2", "$filter=contains");
        assertThat(last.json().path("value")).hasSize(1);
        assertThat(last.json().has("nextLink")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "name eq 'ORDERS'; orders",
                "displayName eq 'Orders'; orders",
                "displayName eq 'orders'; ''",
                "properties/path ne 'orders'; pets",
                "startswith(path,'pe'); pets",
                "contains(displayName, 'e') and subscriptionRequired eq true; orders",
                "subscriptionRequired eq false; pets",
                "serviceUrl eq null and path eq 'pets'; pets",
                "displayName eq 'it''s'; ''",
            })
    void filters(String filter, String expected) {
        desk.put("apis/orders", "{\"displayName\":\"Orders\",\"path\":\"orders\"}");
        desk.put("apis/pets", "{\"displayName\":\"Pets\",\"path\":\"pets\",\"subscriptionRequired\":false}");

        Answer answer = desk.get("apis?$filter=" + filter);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("value")).hasSize(expected.isEmpty() ? 0 : 1);
        assertThat(answer.json().path("value").path(0).path("name").asText()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "name gt 'a'",
                "name eq",
                "name eq 'a",
                "colour eq 'a'",
                "name eq 'a' or name eq 'b'",
                "substringof('a',name)",
                "name eq 'a' and",
                "(name eq 'a')",
                "startswith(name,5)",
                "€ eq 5",
            })
    void refusesFiltersThatItDoesNotKnow(String filter) {
        Answer answer = desk.get("apis?$filter=" + filter);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("$filter: ");
    }

    @Test
    void beginsAgainWhenAnotherReplicaWasFirst() {
        String guard = Keys.entities("apim1");
        desk.put("products/p", PRODUCT);
        desk.store.before =
                () -> desk.store.commit(Change.by(null).put(guard, "{}").build());

        assertThat(desk.put("products/p", PRODUCT).status()).isEqualTo(200);
    }

    @Test
    void seesWhatAnotherReplicaWroteMeanwhile() {
        desk.store.before = () -> {
            desk.store.before = () -> {};
            desk.put("apis/first", API);
        };

        Answer answer = desk.put("apis/second", API);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("the path of the API 'first'");
    }

    @Test
    void saysWhenTheStoreCannotBeAsked() {
        desk.store.broken = true;

        assertThat(desk.get("apis/a").status()).isEqualTo(503);
        assertThat(desk.put("apis/a", API).code()).isEqualTo("StoreUnavailable");
    }

    @Test
    void answersNothingForAServiceThatIsGone() {
        desk.store.entries.clear();

        assertThat(desk.put("apis/a", API).status()).isEqualTo(404);
        assertThat(desk.get("apis").status()).isEqualTo(404);
    }
}
