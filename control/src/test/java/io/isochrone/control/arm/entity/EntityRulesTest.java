package io.isochrone.control.arm.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.entity.Desk.Answer;
import io.isochrone.control.http.Caller;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityRulesTest {
    private final Desk desk = new Desk();

    EntityRulesTest() {
        desk.put("apis/echo", "{\"displayName\":\"Echo\",\"path\":\"echo\"}");
        desk.put("products/gold", "{\"displayName\":\"Gold\"}");
        desk.put("backends/b1", "{\"url\":\"https://b1.test\",\"protocol\":\"http\"}");
        desk.put("namedValues/v1", "{\"displayName\":\"v-one\",\"value\":\"x\"}");
        desk.put("policyFragments/f1", policy("<fragment><set-method>GET</set-method></fragment>"));
    }

    private static String policy(String xml) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("format", "rawxml")
                .put("value", xml)
                .toString();
    }

    private static String inbound(String xml) {
        return policy("<policies><inbound>" + xml + "</inbound></policies>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "apis/a | {\"displayName\":\"A\",\"path\":\"ECHO\"} | properties.path: \"ECHO\" is the path of the API 'echo'",
                "apis/a | {\"displayName\":\"A\",\"path\":\"/a\"} | properties.path",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a//b\"} | properties.path",
                "apis/a | {\"displayName\":\"A\"} | properties.path: missing",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"protocols\":[\"ftp\"]} | properties.protocols[0]",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"protocols\":[\"ws\"]} | properties.protocols",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"serviceUrl\":\"file:///etc\"} | properties.serviceUrl",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"serviceUrl\":\"https://u:p@x\"} | properties.serviceUrl",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"type\":\"soap\"} | properties.type",
                "apis/a | {\"displayName\":\"A\",\"path\":\"a\",\"subscriptionKeyParameterNames\":{\"header\":\"a b\"}} |"
                        + " properties.subscriptionKeyParameterNames.header",
                "apis/echo/operations/o | {\"displayName\":\"o\",\"method\":\"GET\",\"urlTemplate\":\"/{id}\"} |"
                        + " properties.templateParameters: [] (expected: those of the template, [id])",
                "apis/echo/operations/o | {\"displayName\":\"o\",\"method\":\"G T\",\"urlTemplate\":\"/\"} | properties.method",
                "apis/echo/operations/o | {\"displayName\":\"o\",\"method\":\"GET\",\"urlTemplate\":\"x\"} | properties.urlTemplate",
                "apis/echo/operations/o | {\"displayName\":\"o\",\"method\":\"GET\",\"urlTemplate\":\"/\",\"responses\":[{}]} |"
                        + " properties.responses[0].statusCode",
                "products/p | {\"displayName\":\"\"} | properties.displayName: 0 characters",
                "products/p | {\"displayName\":\"P\",\"subscriptionRequired\":false,\"approvalRequired\":true} |"
                        + " properties.approvalRequired",
                "subscriptions/s | {\"displayName\":\"S\",\"scope\":\"/products/none\"} | properties.scope",
                "subscriptions/s | {\"displayName\":\"S\",\"scope\":\"/backends/b1\"} | properties.scope",
                "subscriptions/s | {\"displayName\":\"S\",\"scope\":\"/apis\",\"state\":\"dead\"} | properties.state",
                "subscriptions/s | {\"displayName\":\"S\",\"scope\":\"/apis\",\"primaryKey\":\"a b\"} | properties.primaryKey: not shown",
                "backends/b | {\"url\":\"b\",\"protocol\":\"http\"} | properties.url",
                "backends/b | {\"protocol\":\"http\"} | properties.url: missing",
                "backends/b | {\"type\":\"Pool\"} | properties.pool: missing",
                "backends/b | {\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/none\"}]}} |"
                        + " properties.pool.services[0].id",
                "backends/b | {\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/b1\"},{\"id\":\"/backends/B1\"}]}} |"
                        + " properties.pool.services[1].id",
                "backends/b | {\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/b1\",\"weight\":101}]}} |"
                        + " properties.pool.services[0].weight",
                "backends/b | {\"url\":\"https://b\",\"protocol\":\"http\",\"circuitBreaker\":{\"rules\":[{\"name\":\"r\","
                        + "\"failureCondition\":{\"interval\":\"PT1M\"},\"tripDuration\":\"PT1M\"}]}} |"
                        + " properties.circuitBreaker.rules[0].failureCondition: count and percentage",
                "backends/b | {\"url\":\"https://b\",\"protocol\":\"http\",\"circuitBreaker\":{\"rules\":[{\"name\":\"r\","
                        + "\"failureCondition\":{\"count\":1,\"interval\":\"1m\"},\"tripDuration\":\"PT1M\"}]}} | ISO 8601",
                "backends/b | {\"url\":\"https://b\",\"protocol\":\"http\",\"circuitBreaker\":{\"rules\":[{\"name\":\"r\","
                        + "\"failureCondition\":{\"count\":1,\"interval\":\"PT1M\",\"statusCodeRanges\":[{\"min\":500,\"max\":400}]},"
                        + "\"tripDuration\":\"PT1M\"}]}} | min <= max",
                "namedValues/v | {\"displayName\":\"a b\",\"value\":\"x\"} | properties.displayName",
                "namedValues/v | {\"displayName\":\"V-ONE\",\"value\":\"x\"} | is the name of 'v1'",
                "namedValues/v | {\"displayName\":\"v\"} | properties.value: missing",
                "namedValues/v | {\"displayName\":\"v\",\"value\":\"  \"} | properties.value: blank",
                "namedValues/v | {\"displayName\":\"v\",\"keyVault\":{\"secretIdentifier\":\"x\"}} | key vault",
                "gateways/g | {\"description\":\"x\"} | properties.locationData: missing",
                "policies/policy | {\"format\":\"xml-link\",\"value\":\"https://x\"} | not fetched",
                "policies/policy | {\"value\":\"<policies><inbound><x/></inbound></policies>\"} | incorrect values",
                "policies/policy | {\"value\":\"<policies><inbound><include-fragment fragment-id='f9'/></inbound></policies>\"} |"
                        + " policyFragments/f9",
                "policies/policy | {\"value\":\"<policies><inbound><set-method>{{none}}</set-method></inbound></policies>\"} | {{none}}",
                "policies/policy | {\"value\":\"<policies><inbound><set-backend-service backend-id='b9'/></inbound></policies>\"} |"
                        + " backends/b9",
                "policyFragments/f1 | {\"value\":\"<fragment><include-fragment fragment-id='F1'/></fragment>\"} | includes itself",
            })
    void refusesWhatARuleForbids(String path, String properties, String message) {
        int commits = desk.store.commits;

        Answer answer = desk.put(path, properties);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(message);
        assertThat(desk.store.commits).isEqualTo(commits);
    }

    @Test
    void fillsInWhatAnApiDoesNotSay() {
        assertThat(desk.get("apis/echo").properties().toString())
                .isEqualTo(
                        "{\"displayName\":\"Echo\",\"path\":\"echo\",\"protocols\":[\"https\"],\"subscriptionRequired\":true,"
                                + "\"subscriptionKeyParameterNames\":{\"header\":\"Ocp-Apim-Subscription-Key\",\"query\":"
                                + "\"subscription-key\"},\"apiRevision\":\"1\",\"type\":\"http\",\"isCurrent\":true,"
                                + "\"provisioningState\":\"Succeeded\"}");
    }

    @Test
    void keepsRevisionsApart() {
        assertThat(desk.put("apis/none;rev=2", "{}").status()).isEqualTo(404);
        assertThat(desk.put("apis/echo;rev=2", "{}").status()).isEqualTo(201);
        assertThat(desk.get("apis/echo;rev=2").properties().path("isCurrent").asBoolean())
                .isFalse();
        assertThat(desk.get("apis/echo;rev=1").json().path("name").asText()).isEqualTo("echo");
        assertThat(desk.get("apis").json().path("count").asInt()).isEqualTo(1);

        assertThat(desk.patch("apis/echo", "{\"path\":\"e2\"}", "If-Match", "*").status())
                .isEqualTo(200);
        assertThat(desk.get("apis/echo;rev=2").properties().path("path").asText())
                .isEqualTo("e2");
        assertThat(desk.patch("apis/echo", "{\"apiRevision\":\"2\"}", "If-Match", "*")
                        .status())
                .isEqualTo(400);
        assertThat(desk.delete("apis/echo").status()).isEqualTo(409);
        assertThat(desk.delete("apis/echo?deleteRevisions=true").status()).isEqualTo(200);
        assertThat(desk.get("apis/echo;rev=2").status()).isEqualTo(404);
    }

    @Test
    void letsVersionsOfOneSetShareAPath() {
        String set = "\"apiVersionSetId\":\"/apiVersionSets/s\"";
        desk.put("apis/v1", "{\"displayName\":\"V\",\"path\":\"v\",\"apiVersion\":\"v1\"," + set + "}");

        assertThat(desk.put("apis/v2", "{\"displayName\":\"V\",\"path\":\"v\",\"apiVersion\":\"v2\"," + set + "}")
                        .status())
                .isEqualTo(201);
        assertThat(desk.put("apis/v3", "{\"displayName\":\"V\",\"path\":\"v\",\"apiVersion\":\"V2\"," + set + "}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusesASecondOperationWithTheSameMethodAndTemplate() {
        String operation = "{\"displayName\":\"o\",\"method\":\"get\",\"urlTemplate\":\"/x\"}";
        desk.put("apis/echo/operations/a", operation);

        assertThat(desk.put("apis/echo/operations/a", operation).status()).isEqualTo(200);
        assertThat(desk.put("apis/echo/operations/b", operation).message()).contains("operation 'a'");
    }

    @Test
    void showsKeysToThoseWhoAskForThemAlone() {
        Answer put = desk.put(
                "subscriptions/s", "{\"displayName\":\"S\",\"scope\":\"/products/GOLD\",\"primaryKey\":\"first-key\"}");
        String secrets = desk.call("POST", "subscriptions/s/listSecrets", "").body();

        assertThat(put.status()).isEqualTo(201);
        assertThat(put.properties().path("scope").asText()).isEqualTo(Desk.SERVICE.id() + "/products/gold");
        assertThat(put.properties().path("state").asText()).isEqualTo("submitted");
        assertThat(put.properties().path("createdDate").asText()).isEqualTo("2026-11-23T16:00:00Z");
        assertThat(put.body()
                        + desk.get("subscriptions/s").body()
                        + desk.get("subscriptions").body())
                .doesNotContain("first-key", "Key");
        assertThat(secrets).matches("\\{\"primaryKey\":\"first-key\",\"secondaryKey\":\"[0-9a-f]{32}\"}");
        assertThat(desk.store.entries.values().toString()).doesNotContain("first-key");

        assertThat(desk.call("POST", "subscriptions/s/regeneratePrimaryKey", "").status())
                .isEqualTo(204);
        Answer after = desk.call("POST", "subscriptions/s/LISTSECRETS", "");
        assertThat(after.json().path("primaryKey").asText()).matches("[0-9a-f]{32}");
        assertThat(after.json().path("secondaryKey"))
                .isEqualTo(io.isochrone.control.arm.Json.stored(secrets).path("secondaryKey"));
        assertThat(desk.call("POST", "subscriptions/s/regenerateSecondaryKey", "")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void keepsKeysWhenASubscriptionIsReplacedWithoutThem() {
        desk.put("subscriptions/s", "{\"displayName\":\"S\",\"scope\":\"/apis\",\"primaryKey\":\"k1\"}");
        desk.put("subscriptions/s", "{\"displayName\":\"T\",\"scope\":\"/apis\"}");
        desk.patch("subscriptions/s", "{\"state\":\"active\",\"secondaryKey\":\"k2\"}", "If-Match", "*");

        assertThat(desk.call("POST", "subscriptions/s/listSecrets", "").body())
                .isEqualTo("{\"primaryKey\":\"k1\",\"secondaryKey\":\"k2\"}");
        assertThat(desk.put("subscriptions/t", "{\"displayName\":\"T\",\"scope\":\"/apis\",\"primaryKey\":\"k2\"}")
                        .message())
                .contains("another subscription has it")
                .doesNotContain("k2");
    }

    @Test
    void deletesAProductsSubscriptionsOnlyWhenToldSo() {
        desk.put("subscriptions/s", "{\"displayName\":\"S\",\"scope\":\"/products/gold\"}");

        assertThat(desk.delete("products/gold").code()).isEqualTo("Conflict");
        assertThat(desk.get("products/gold/subscriptions").json().path("count").asInt())
                .isEqualTo(1);
        assertThat(desk.delete("products/gold?deleteSubscriptions=true").status())
                .isEqualTo(200);
        assertThat(desk.get("subscriptions/s").status()).isEqualTo(404);
        assertThat(desk.store.entries.keySet()).noneMatch(key -> key.contains("apim1/subscriptions/"));
    }

    @Test
    void listsWhatBelongsTogether() {
        assertThat(desk.put("products/gold/apis/ECHO", "").json().path("name").asText())
                .isEqualTo("echo");
        assertThat(desk.put("products/gold/apis/echo", "").status()).isEqualTo(200);

        assertThat(desk.get("products/gold/apis").json().at("/value/0/name").asText())
                .isEqualTo("echo");
        assertThat(desk.get("apis/echo/products").json().at("/value/0/name").asText())
                .isEqualTo("gold");
        assertThat(desk.delete("products/gold/apis/echo").status()).isEqualTo(200);
        assertThat(desk.delete("products/gold/apis/echo").status()).isEqualTo(204);
    }

    @Test
    void showsSecretValuesToThoseWhoAskForThemAlone() {
        Answer put = desk.put("namedValues/s", "{\"displayName\":\"s\",\"value\":\"hush\",\"secret\":true}");
        Answer again = desk.put("namedValues/s", put.properties().toString());
        Answer opened = desk.patch("namedValues/s", "{\"secret\":false}", "If-Match", "*");

        assertThat(put.body() + again.body() + desk.get("namedValues").body()).doesNotContain("hush");
        assertThat(again.status()).isEqualTo(200);
        assertThat(opened.status()).isEqualTo(400);
        assertThat(desk.call("POST", "namedValues/s/listValue", "").body()).isEqualTo("{\"value\":\"hush\"}");
        assertThat(desk.store.entries.values().toString()).doesNotContain("hush");
        assertThat(desk.patch("namedValues/s", "{\"secret\":false,\"value\":\"open\"}", "If-Match", "*")
                        .properties()
                        .path("value")
                        .asText())
                .isEqualTo("open");
        assertThat(desk.store.entries.keySet()).noneMatch(key -> key.startsWith("secrets"));
    }

    @Test
    void sealsAValueThatBecomesSecret() {
        desk.patch("namedValues/v1", "{\"value\":\"hush\"}", "If-Match", "*");
        Answer answer = desk.patch("namedValues/v1", "{\"secret\":true}", "If-Match", "*");

        assertThat(answer.body()).doesNotContain("hush");
        assertThat(desk.call("POST", "namedValues/v1/listValue", "").body()).contains("hush");
    }

    @Test
    void showsCredentialsToOperatorsAlone() {
        String credentials = "\"credentials\":{\"authorization\":{\"scheme\":\"Basic\",\"parameter\":\"hush\"}}";
        desk.put("backends/b", "{\"url\":\"https://b\",\"protocol\":\"http\"," + credentials + "}");
        desk.patch("backends/b", "{\"title\":\"t\"}", "If-Match", "*");

        assertThat(desk.get("backends/b").body()).contains(credentials).doesNotContain("hasCredentials");
        assertThat(desk.get("backends").body()).doesNotContain("hush");
        desk.role = Caller.Role.READER;
        assertThat(desk.get("backends/b").body()).doesNotContain("hush");
        assertThat(desk.store.entries.values().toString()).doesNotContain("hush");
    }

    @Test
    void keepsWhatPoliciesUse() {
        desk.put(
                "policies/policy",
                inbound("<include-fragment fragment-id=\"f1\"/><set-backend-service backend-id=\"b1\"/>"
                        + "<set-header name=\"a\"><value>{{v-one}}</value></set-header>"));

        assertThat(desk.delete("backends/b1").message()).contains("Backend 'b1' is used in the policy");
        assertThat(desk.delete("policyFragments/f1").message()).contains("Policy fragment 'f1' is used");
        assertThat(desk.delete("namedValues/v1").message()).contains("Named value 'v-one' is used");
        assertThat(desk.patch("namedValues/v1", "{\"displayName\":\"other\"}", "If-Match", "*")
                        .status())
                .isEqualTo(409);
        desk.delete("policies/policy");
        assertThat(desk.delete("backends/b1").status()).isEqualTo(200);
        assertThat(desk.delete("policyFragments/f1").status()).isEqualTo(200);
        assertThat(desk.delete("namedValues/v1").status()).isEqualTo(200);
    }

    @Test
    void refusesCirclesOfFragments() {
        desk.put("policyFragments/f2", policy("<fragment><include-fragment fragment-id=\"f1\"/></fragment>"));

        assertThat(desk.put("policyFragments/f1", policy("<fragment><include-fragment fragment-id=\"F2\"/></fragment>"))
                        .message())
                .contains("includes itself");
    }

    @Test
    void keepsBackendsOfPools() {
        desk.put(
                "backends/pool",
                "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/B1\",\"priority\":1}]}}");

        assertThat(desk.get("backends/pool").properties().at("/pool/services/0").toString())
                .isEqualTo("{\"id\":\"" + Desk.SERVICE.id() + "/backends/b1\",\"priority\":1,\"weight\":1}");
        assertThat(desk.delete("backends/b1").message()).contains("pool 'pool'");
        assertThat(desk.put("backends/b1", "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/b1\"}]}}")
                        .status())
                .isEqualTo(409);
        assertThat(desk.put("backends/b2", "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/pool\"}]}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void showsPoliciesInTheFormThatIsAskedFor() {
        String raw =
                "<policies><inbound><choose><when condition=\"@(1 < 2 && x == \"a\")\" /></choose></inbound></policies>";
        Answer put = desk.put("apis/echo/policies/policy", policy(raw));

        assertThat(put.properties().path("value").asText()).isEqualTo(raw);
        Answer xml = desk.get("apis/echo/policies/policy");
        assertThat(xml.properties().path("format").asText()).isEqualTo("xml");
        assertThat(xml.properties().path("value").asText()).contains("@(1 &lt; 2 &amp;&amp; x == &quot;a&quot;)");
        assertThat(desk.get("apis/echo/policies/policy?format=rawxml")
                        .properties()
                        .path("value")
                        .asText())
                .isEqualTo(raw);
        assertThat(desk.get("apis/echo/policies/policy?format=json").status()).isEqualTo(400);
        assertThat(desk.call("GET", "apis/echo/policies/policy", "", "Accept", "application/xml")
                        .body())
                .startsWith("<policies>");
        assertThat(desk.call("GET", "apis/echo/policies/policy", "", "Accept", "application/json, application/xml")
                        .body())
                .startsWith("{");
        assertThat(desk.get("apis/echo/policies").json().path("count").asInt()).isEqualTo(1);
    }

    @Test
    void tellsWhichElementOfAPolicyIsWrong() {
        Answer answer = desk.put("policies/policy", policy("<policies>\n<inbound>\n<bad/></inbound></policies>"));

        assertThat(answer.code()).isEqualTo("ValidationError");
        assertThat(answer.json().at("/error/details/0/message").asText())
                .startsWith("Error in element 'bad' on line 3, column 1: ");
        assertThat(answer.json().at("/error/details/0/target").asText()).isEqualTo("bad");
    }

    @Test
    void keepsKeysOfSelfHostedGateways() {
        desk.put("gateways/g", "{\"locationData\":{\"name\":\"here\"}}");
        Answer before = desk.call("POST", "gateways/g/listKeys", "");

        assertThat(before.body()).matches("\\{\"primary\":\"[0-9a-f]{32}\",\"secondary\":\"[0-9a-f]{32}\"}");
        assertThat(desk.call("POST", "gateways/g/regenerateKey", "{\"keyType\":\"secondary\"}")
                        .status())
                .isEqualTo(204);
        Answer after = desk.call("POST", "gateways/g/listKeys", "");
        assertThat(after.json().path("primary")).isEqualTo(before.json().path("primary"));
        assertThat(after.json().path("secondary")).isNotEqualTo(before.json().path("secondary"));
        assertThat(desk.call("POST", "gateways/g/regenerateKey", "{\"keyType\":\"third\"}")
                        .status())
                .isEqualTo(400);
        assertThat(desk.call("POST", "gateways/g/generateToken", "{}").code()).isEqualTo("NotSupported");
        assertThat(desk.put("gateways/g/apis/echo", "").status()).isEqualTo(201);
        assertThat(desk.call("HEAD", "gateways/g/apis/echo", "").status()).isEqualTo(200);
    }

    @Test
    void saysWhenASecretWasSealedWithAnotherKey() {
        desk.put("subscriptions/s", "{\"displayName\":\"S\",\"scope\":\"/apis\"}");
        Entities other = new Entities(
                desk.store,
                SecretBox.of("another key, 32 bytes long, ok..".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                new Random(1),
                () -> java.time.Instant.EPOCH);

        Answer answer = new Desk(desk.store, other).call("POST", "subscriptions/s/listSecrets", "");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.message()).contains(SecretBox.FILE);
    }

    @Test
    void readsForThePublisherWhatWasStored() {
        desk.put("products/gold/apis/echo", "");
        desk.put("apis/echo/operations/Op", "{\"displayName\":\"o\",\"method\":\"get\",\"urlTemplate\":\"/\"}");
        desk.put("apis/echo/operations/op/policies/policy", inbound("<set-variable name=\"a\" value=\"@(1 < 2)\"/>"));
        desk.put("products/gold/policies/policy", inbound(""));
        desk.put("policies/policy", inbound(""));
        desk.put(
                "subscriptions/s",
                "{\"displayName\":\"S\",\"scope\":\"/products/gold\",\"state\":\"active\",\"primaryKey\":\"k1\",\"secondaryKey\":\"k2\"}");
        desk.put("namedValues/secret", "{\"displayName\":\"s\",\"value\":\"hush\",\"secret\":true}");
        desk.put("backends/pool", "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/b1\"}]}}");

        ServiceEntities all = StoredEntities.read(desk.store, Desk.SERVICE.id(), Desk.BOX);

        assertThat(all.apis()).singleElement().satisfies(api -> {
            assertThat(api.name()).isEqualTo("echo");
            assertThat(api.path()).isEqualTo("echo");
            assertThat(api.keyHeader()).isEqualTo("Ocp-Apim-Subscription-Key");
            assertThat(api.isCurrent()).isTrue();
        });
        assertThat(all.operations()).containsExactly(new ServiceEntities.Operation("echo", "Op", "o", "GET", "/"));
        assertThat(all.products())
                .singleElement()
                .satisfies(product -> assertThat(product.apis()).containsExactly("echo"));
        assertThat(all.subscriptions())
                .containsExactly(new ServiceEntities.Subscription(
                        "s", "S", "/products/gold", "active", StoredEntities.hash("k1"), StoredEntities.hash("k2")));
        assertThat(all.namedValues())
                .extracting(ServiceEntities.NamedValue::value)
                .containsExactlyInAnyOrder("hush", "x");
        assertThat(all.namedValues().toString()).doesNotContain("hush");
        assertThat(all.backends())
                .hasSize(2)
                .last()
                .satisfies(pool -> assertThat(pool.members()).containsExactly(new ServiceEntities.Member("b1", 0, 1)));
        assertThat(all.policies())
                .extracting(
                        ServiceEntities.Policy::api, ServiceEntities.Policy::operation, ServiceEntities.Policy::product)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("echo", "Op", null),
                        org.assertj.core.groups.Tuple.tuple(null, null, null),
                        org.assertj.core.groups.Tuple.tuple(null, null, "gold"));
        assertThat(all.policies().get(0).xml()).contains("@(1 &lt; 2)");
        assertThat(all.fragments()).hasSize(1);
        assertThat(StoredEntities.hash("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
