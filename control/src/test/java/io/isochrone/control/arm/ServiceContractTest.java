package io.isochrone.control.arm;

import static io.isochrone.control.arm.Management.GROUP;
import static io.isochrone.control.arm.Management.PROVIDER;
import static io.isochrone.control.arm.Management.SERVICES;
import static io.isochrone.control.arm.Management.body;
import static io.isochrone.control.arm.Management.json;
import static io.isochrone.control.arm.Management.patch;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.Change;
import io.isochrone.control.store.Keys;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the contract are answered about services. */
final class ServiceContractTest {
    private static final String EAST = "[{\"location\":\"East Asia\",\"sku\":{\"name\":\"Premium\",\"capacity\":2}}]";

    private final Management management = new Management();

    private static String code(Reply reply) {
        return json(reply).path("error").path("code").asText();
    }

    @Test
    void aServiceIsCreatedBeforeAnyNodeRuns() {
        Reply made = management.call("PUT", SERVICES + "/Apim1", body("Premium", 1, EAST));

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.headers()).containsKeys("Azure-AsyncOperation", "Location", "ETag");
        assertThat(made.headers()).containsEntry("Retry-After", "1");
        assertThat(made.headers().get("Azure-AsyncOperation"))
                .startsWith("https://c/subscriptions/sub1/providers/Microsoft.ApiManagement/locations/westeurope/"
                        + "operationStatuses/")
                .endsWith("?api-version=2024-05-01");
        assertThat(json(made).at("/properties/provisioningState").asText()).isEqualTo("Created");
        management.operations.tick();
        JsonNode shown = management.get(SERVICES.toUpperCase(Locale.ROOT) + "/apim1");
        assertThat(shown.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(shown.path("name").asText()).isEqualTo("Apim1");
        assertThat(shown.path("id").asText()).isEqualTo(SERVICES + "/Apim1");
        assertThat(shown.path("location").asText()).isEqualTo("West Europe");
        assertThat(shown.at("/properties/additionalLocations/0/location").asText())
                .isEqualTo("East Asia");
        assertThat(shown.at("/properties/additionalLocations/0/sku/capacity").asInt())
                .isEqualTo(2);
        assertThat(shown.at("/properties/additionalLocations/0/gatewayRegionalUrl")
                        .asText())
                .isEqualTo("https://apim1-eastasia-01.regional.isochrone.internal");
        assertThat(shown.toString()).doesNotContain("SERVING").doesNotContain("stage");
    }

    @Test
    void anOperationIsFollowedByEitherUrlAndEndsWithTheService() {
        Reply made = management.call("PUT", SERVICES + "/a", body("Developer", 1, "[]"));
        String status = made.headers().get("Azure-AsyncOperation");
        String result = made.headers().get("Location");

        Reply early = management.call("GET", status, "");
        assertThat(early.headers()).containsEntry("Retry-After", "1");
        assertThat(json(early).path("status").asText()).isEqualTo("InProgress");
        Reply waits = management.call("GET", result, "");
        assertThat(waits.status()).isEqualTo(202);
        assertThat(waits.headers()).containsKeys("Location", "Retry-After");
        management.operations.tick();

        JsonNode late = management.get(status);
        assertThat(late.path("status").asText()).isEqualTo("Succeeded");
        assertThat(late.path("percentComplete").asInt()).isEqualTo(100);
        assertThat(late.has("endTime")).isTrue();
        assertThat(management.get(result).path("name").asText()).isEqualTo("a");
        assertThat(management
                        .call("GET", PROVIDER + "/locations/x/operationStatuses/none", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theSamePutAgainChangesNothing() {
        String id = management.service("a", body("Premium", 1, EAST));
        long revision = management.revision(id);

        Reply again = management.call("PUT", id.toLowerCase(Locale.ROOT), body("Premium", 1, EAST));

        assertThat(again.status()).isEqualTo(200);
        assertThat(management.revision(id)).isEqualTo(revision);
    }

    @Test
    void whatGetGaveMayBePutBack() {
        String id = management.service("a", body("Premium", 1, EAST));
        String shown = management.get(id).toString();

        assertThat(management.call("PUT", id, shown).status()).isEqualTo(200);

        assertThat(management.get(id).path("properties"))
                .isEqualTo(Json.stored(shown).path("properties"));
    }

    @Test
    void putWithoutLocationsMeansNoneAndPatchWithoutThemKeepsThem() {
        String id = management.service("a", body("Premium", 1, EAST));

        Reply kept =
                management.call("PATCH", id, "{\"tags\":{\"t\":\"1\"},\"properties\":{\"additionalLocations\":null}}");
        assertThat(kept.status()).isEqualTo(200);
        assertThat(json(kept).at("/properties/additionalLocations")).hasSize(1);
        assertThat(json(kept).at("/tags/t").asText()).isEqualTo("1");
        assertThat(json(kept).at("/properties/publisherName").asText()).isEqualTo("Contoso");

        Reply none = management.call("PUT", id, body("Premium", 1, "null"));
        assertThat(none.status()).isEqualTo(202);
        management.operations.tick();
        assertThat(management.get(id).at("/properties/additionalLocations")).isEmpty();
        assertThat(management.get(id).path("tags")).isEmpty();
    }

    @Test
    void aPatchCarriesBothUrlsAndADeleteOnlyTheLocation() {
        String id = management.service("a", body("Premium", 1, "[]"));

        Reply patched = management.call("PATCH", id, "{\"sku\":{\"capacity\":3}}");
        assertThat(patched.status()).isEqualTo(202);
        assertThat(patched.headers()).containsKeys("Azure-AsyncOperation", "Location");
        assertThat(json(patched).at("/properties/provisioningState").asText()).isEqualTo("Updating");
        management.operations.tick();
        assertThat(management.get(id).at("/sku/capacity").asInt()).isEqualTo(3);
        assertThat(management.get(id).at("/sku/name").asText()).isEqualTo("Premium");

        Reply deleted = management.call("DELETE", id, "");
        assertThat(deleted.status()).isEqualTo(202);
        assertThat(deleted.headers()).containsKey("Location").doesNotContainKey("Azure-AsyncOperation");
        assertThat(deleted.body()).isEmpty();
        assertThat(management.state(id)).isEqualTo("Terminating");
        management.operations.tick();
        Reply gone = management.call("GET", deleted.headers().get("Location"), "");
        assertThat(gone.status()).isEqualTo(204);
        assertThat(management.call("GET", id, "").status()).isEqualTo(404);
        assertThat(management.call("DELETE", id, "").status()).isEqualTo(204);
    }

    @Test
    void aDeleteTakesEverythingBelowAndFreesTheName() {
        String id = management.service("a", body("Premium", 1, "[]"));
        for (int i = 0; i < 300; i++) {
            String key = (i % 2 == 0 ? Keys.resource(id) : Keys.secret(id)) + "/apis/" + i;
            management.store.commit(Change.by(null).put(key, "{}").build());
        }
        management.store.commit(
                Change.by(null).put(Keys.resource(id + "b/apis/1"), "{}").build());

        management.call("DELETE", id, "");
        for (int i = 0; i < 5; i++) {
            management.operations.tick();
        }

        assertThat(management.store.list(Keys.resource(id)).entries()).hasSize(1);
        assertThat(management.store.list("secrets/").entries()).isEmpty();
        assertThat(management
                        .call("PUT", SERVICES + "/A", body("Basic", 1, "[]"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void whileAChangeIsOnItsWayAnotherOneIsRefused() {
        String id = SERVICES + "/a";
        management.call("PUT", id, body("Premium", 1, "[]"));

        assertThat(code(management.call("PATCH", id, "{\"tags\":{}}"))).isEqualTo("ServiceIsTransitioning");
        assertThat(management.call("PUT", id, body("Premium", 2, "[]")).status())
                .isEqualTo(409);
        assertThat(management.call("DELETE", id, "").status()).isEqualTo(409);
        management.operations.tick();
        management.call("DELETE", id, "");
        Reply again = management.call("DELETE", id, "");
        assertThat(again.status()).isEqualTo(202);
        assertThat(management.call("PUT", id + "/apis/x", "{}").status()).isEqualTo(409);
    }

    @Test
    void aStaleEtagIsRefusedAndTheCurrentOneAccepted() {
        String id = management.service("a", body("Premium", 1, "[]"));
        String etag = management.call("GET", id, "").headers().get("ETag");
        assertThat(etag).startsWith("\"").endsWith("\"");
        assertThat(management.get(id).path("etag").asText()).isEqualTo(etag.replace("\"", ""));

        assertThat(management
                        .call("PATCH", id, "{\"tags\":{\"a\":\"1\"}}", "If-Match", etag)
                        .status())
                .isEqualTo(200);
        assertThat(code(management.call("PATCH", id, "{\"tags\":{\"a\":\"2\"}}", "If-Match", etag)))
                .isEqualTo("PreconditionFailed");
        assertThat(management.call("DELETE", id, "", "If-Match", etag).status()).isEqualTo(412);
        assertThat(management.call("DELETE", id, "", "If-Match", "*").status()).isEqualTo(202);
        assertThat(management
                        .call("PUT", SERVICES + "/new", body("Basic", 1, "[]"), "If-Match", "*")
                        .status())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Developer | 2 | [] | ValidationError | sku.capacity",
                "Basic | 3 | [] | ValidationError | sku.capacity",
                "Standard | 5 | [] | ValidationError | sku.capacity",
                "Premium | 13 | [] | ValidationError | sku.capacity",
                "Premium | 0 | [] | ValidationError | sku.capacity",
                "Premium | 1.5 | [] | ValidationError | sku.capacity",
                "Premium | \"2\" | [] | ValidationError | sku.capacity",
                "Premium | 1e40 | [] | ValidationError | sku.capacity",
                "Gold | 1 | [] | ValidationError | sku.name",
                "Developer | 1 | [{\"location\":\"eastasia\"}] | AdditionalLocationsNotSupported |"
                        + " properties.additionalLocations",
                "Premium | 1 | [{\"location\":\"WestEurope\"}] | ValidationError |"
                        + " properties.additionalLocations[0].location",
                "Premium | 1 | [{\"location\":\"eastasia\"},{\"location\":\"East  ASIA\"}] | ValidationError |"
                        + " properties.additionalLocations[1].location",
                "Premium | 1 | [{\"location\":\"Atlantis\"}] | ValidationError |"
                        + " properties.additionalLocations[0].location",
                "Premium | 1 | [{}] | ValidationError | properties.additionalLocations[0].location",
                "Premium | 1 | {} | ValidationError | properties.additionalLocations",
                "Premium | 1 | [{\"location\":\"eastasia\",\"sku\":{\"name\":\"Basic\"}}] | ValidationError |"
                        + " properties.additionalLocations[0].sku.name",
                "Premium | 1 | [{\"location\":\"eastasia\",\"sku\":{\"capacity\":13}}] | ValidationError |"
                        + " properties.additionalLocations[0].sku.capacity",
                "Premium | 1 | [{\"location\":\"eastasia\",\"disableGateway\":\"no\"}] | ValidationError |"
                        + " properties.additionalLocations[0].disableGateway"
            })
    void whatNoServiceMayBeIsRefusedWithTheProperty(
            String tier, String units, String additional, String expected, String target) {
        String body = body(tier, 1, additional).replace("\"capacity\":1}", "\"capacity\":" + units + "}");

        Reply refused = management.call("PUT", SERVICES + "/a", body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(code(refused)).isEqualTo(expected);
        assertThat(json(refused).at("/error/target").asText()).isEqualTo(target);
        assertThat(management.store.list("").entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1a", "-a", "a-", "a_b", "a.b", "é", "a b"})
    void whatIsNoNameIsRefused(String name) {
        assertThat(management
                        .call("PUT", SERVICES + "/" + name, body("Basic", 1, "[]"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aNameOf50IsGoodAndOneOf51IsNot() {
        String fifty = "a" + "b".repeat(49);
        assertThat(management
                        .call("PUT", SERVICES + "/" + fifty + "c", body("Basic", 1, "[]"))
                        .status())
                .isEqualTo(400);
        assertThat(management
                        .call("PUT", SERVICES + "/" + fifty, body("Basic", 1, "[]"))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"a\":1,\"a\":2}", "\"x\"", "{} {}", "null"})
    void aBodyThatIsNoObjectIsRefused(String body) {
        assertThat(code(management.call("PUT", SERVICES + "/a", body))).isEqualTo("InvalidRequestContent");
    }

    @Test
    void aTextThatIsMissingIsToldByName() {
        Reply refused = management.call(
                "PUT",
                SERVICES + "/a",
                "{\"location\":\"westeurope\",\"sku\":{\"name\":\"premium\"},\"properties\":{}}");

        assertThat(json(refused).at("/error/details/0/target").asText()).isEqualTo("properties.publisherEmail");
    }

    @Test
    void theLocationIsFixedAndTheTierIsPremiumWhileThereAreOthers() {
        String id = management.service("a", body("Premium", 1, EAST));

        Reply moved = management.call("PATCH", id, "{\"location\":\"North Europe\"}");
        assertThat(moved.status()).isEqualTo(409);
        assertThat(code(moved)).isEqualTo("InvalidResourceLocation");
        assertThat(management.call("PATCH", id, "{\"location\":\"westeurope\"}").status())
                .isEqualTo(200);
        assertThat(code(management.call("PATCH", id, "{\"sku\":{\"name\":\"Standard\"}}")))
                .isEqualTo("AdditionalLocationsNotSupported");
    }

    @Test
    void theLastGatewayThatIsOnStaysOn() {
        String id = management.service("a", body("Premium", 1, EAST));
        String off = "{\"properties\":{\"disableGateway\":true}}";

        assertThat(management.call("PATCH", id, off).status()).isEqualTo(202);
        management.operations.tick();
        assertThat(code(management.call("PATCH", id, patch("[]")))).isEqualTo("LastGatewayCannotBeDisabled");
        assertThat(code(management.call("PATCH", id, patch(EAST.replace("}}]", "},\"disableGateway\":true}]")))))
                .isEqualTo("LastGatewayCannotBeDisabled");
        assertThat(management.get(id).at("/properties/disableGateway").asBoolean())
                .isTrue();
        assertThat(code(management.call(
                        "PUT",
                        SERVICES + "/b",
                        body("Premium", 1, "[]")
                                .replace("\"publisherName\"", "\"disableGateway\":true,\"publisherName\""))))
                .isEqualTo("LastGatewayCannotBeDisabled");
    }

    @Test
    void namesAreUniqueInTheControlPlane() {
        management.service("Taken", body("Basic", 1, "[]"));

        Reply refused = management.call(
                "PUT",
                "/subscriptions/other/resourceGroups/g/providers/Microsoft.ApiManagement/service/taken",
                body("Basic", 1, "[]"));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(check("taken")).isEqualTo("AlreadyExists");
        assertThat(check("free")).isEqualTo("Valid");
        assertThat(check("-")).isEqualTo("Invalid");
    }

    private String check(String name) {
        return json(management.call("POST", PROVIDER + "/checkNameAvailability", "{\"name\":\"" + name + "\"}"))
                .path("reason")
                .asText();
    }

    @Test
    void listsHaveTheServicesOfTheirSubscriptionAndGroupInPages() {
        for (String name : new String[] {"a", "b", "c"}) {
            management.service(name, body("Basic", 1, "[]"));
        }

        assertThat(management.get(SERVICES).path("value")).hasSize(3);
        JsonNode first = management.get(PROVIDER + "/service?$top=2");
        assertThat(first.path("value")).hasSize(2);
        assertThat(management.get(first.path("nextLink").asText()).path("value"))
                .hasSize(1);
        assertThat(management
                        .get("/subscriptions/sub2/providers/Microsoft.ApiManagement/service")
                        .path("value"))
                .isEmpty();
        assertThat(management.get(PROVIDER + "/deletedservices").path("value")).isEmpty();
    }

    @Test
    void regionsTiersAndNetworkAreShown() {
        String id = management.service("a", body("Premium", 1, EAST));
        management.fleet.gateway("g1", "westeurope", 1);

        assertThat(management.get(id + "/regions").toString())
                .isEqualTo("{\"value\":[{\"name\":\"West Europe\",\"isMasterRegion\":true,\"isDeleted\":false},"
                        + "{\"name\":\"East Asia\",\"isMasterRegion\":false,\"isDeleted\":false}],\"count\":2}");
        JsonNode network = management.get(id + "/networkstatus");
        assertThat(network.isArray()).isTrue();
        assertThat(network.at("/0/networkStatus/connectivityStatus/0/status").asText())
                .isEqualTo("success");
        assertThat(management.get(id + "/locations/East Asia/networkstatus").path("connectivityStatus"))
                .isEmpty();
        assertThat(management
                        .call("GET", id + "/locations/North Europe/networkstatus", "")
                        .status())
                .isEqualTo(404);
        assertThat(management.get(id + "/skus").at("/value/0/capacity/maximum").asInt())
                .isEqualTo(12);
        assertThat(management.get(PROVIDER + "/skus").path("value")).hasSize(4);
        assertThat(management.get(id).at("/properties/publicIPAddresses/0").asText())
                .isEqualTo("10.0.0.1");
    }

    @Test
    void toolsFindSubscriptionsPlacesAndGroups() {
        management.service("a", body("Basic", 1, "[]"));

        assertThat(management.get("/subscriptions").path("value")).hasSize(2);
        assertThat(management.get("/subscriptions/sub1").path("state").asText()).isEqualTo("Enabled");
        assertThat(management
                        .get("/subscriptions/sub1/locations?api-version=2019-11-01")
                        .toString())
                .contains("\"name\":\"westeurope\"")
                .contains("\"displayName\":\"West Europe\"");
        assertThat(management.get("/tenants").path("value")).hasSize(1);
        assertThat(management.get(GROUP).path("name").asText()).isEqualTo("Rg1");
        assertThat(management.get("/subscriptions/sub1/resourceGroups").path("value"))
                .hasSize(1);
        assertThat(management.call("HEAD", GROUP, "").status()).isEqualTo(204);
    }

    @Test
    void callsWithoutAGoodVersionPathMethodOrRoleAreRefused() {
        String id = management.service("a", body("Basic", 1, "[]"));

        assertThat(code(management.call("GET", id + "?api-version=", ""))).isEqualTo("MissingApiVersionParameter");
        for (String version : new String[] {"2021-07-31", "2024", "2024-13-01", "x"}) {
            assertThat(code(management.call("GET", id + "?api-version=" + version, "")))
                    .isEqualTo("InvalidApiVersionParameter");
        }
        assertThat(management
                        .call("GET", id + "?api-version=2021-08-01-preview", "")
                        .status())
                .isEqualTo(200);
        assertThat(management.call("GET", SERVICES + "/none", "").status()).isEqualTo(404);
        assertThat(management.call("GET", SERVICES + "/none/apis", "").status()).isEqualTo(404);
        assertThat(management.call("GET", PROVIDER + "/nothing", "").status()).isEqualTo(404);
        assertThat(management.call("GET", "/subscriptions/s/nothing", "").status())
                .isEqualTo(404);
        assertThat(management.call("POST", id, "{}").status()).isEqualTo(405);
        assertThat(management.call("DELETE", SERVICES, "").status()).isEqualTo(405);
        management.role = Caller.Role.READER;
        assertThat(management.call("GET", id, "").status()).isEqualTo(200);
        assertThat(management.call("DELETE", id, "").status()).isEqualTo(403);
        management.role = Caller.Role.NODE;
        assertThat(management.call("GET", id, "").status()).isEqualTo(403);
    }

    @Test
    void callsBelowAServiceGoToItsEntitiesSpelledAsCreated() {
        management.service("Apim1", body("Basic", 1, "[]"));

        JsonNode answer = management.get(SERVICES + "/APIM1/apis/Echo");

        assertThat(answer.path("at").asText()).isEqualTo(SERVICES + "/Apim1");
        assertThat(answer.path("rest").asText()).isEqualTo("[apis, Echo]");
    }

    @Test
    void certificatesPutIntoHostNamesAreNeverShown() {
        String id = management.service(
                "a",
                body("Basic", 1, "[]")
                        .replace(
                                "\"publisherName\"",
                                "\"hostnameConfigurations\":[{\"type\":\"Proxy\",\"hostName\":\"a.test\","
                                        + "\"encodedCertificate\":\"S3CRET\",\"certificatePassword\":\"S3CRET\"}],"
                                        + "\"publisherName\""));

        assertThat(management.get(id).toString()).contains("a.test").doesNotContain("S3CRET");
        assertThat(management.store.list("").entries().toString()).doesNotContain("S3CRET");
    }

    @Test
    void aStoreThatDoesNotAnswerIsToldAsSuch() {
        String id = management.service("a", body("Basic", 1, "[]"));
        management.store.breakDown(true);

        Reply refused = management.call("GET", id, "");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsKey("Retry-After");
        management.operations.tick();
    }

    @Test
    void whoDidWhatIsWrittenDown() {
        String id = management.service("a", body("Basic", 1, "[]"));

        assertThat(management.store.history(0, 10))
                .extracting(past -> past.audit().who())
                .containsOnly("t");
        assertThat(management.store.history(0, 10))
                .extracting(past -> past.audit().what())
                .contains("PUT " + id);
    }
}
