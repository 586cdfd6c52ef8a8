package io.isochrone.control.arm.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.isochrone.control.arm.entity.Desk.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiImportTest {
    private static final String PETS = """
            openapi: 3.0.3
            info: {title: Pets, version: "1", description: All pets}
            servers: [{url: https://pets.test/v1}]
            paths:
              /pets:
                parameters: [{$ref: '#/components/parameters/Limit'}]
                get:
                  operationId: listPets
                  summary: List pets
                  responses:
                    "200":
                      description: some
                      content:
                        application/json: {example: [{name: Rex}]}
                    default: {description: else}
                post:
                  requestBody: {content: {application/json: {schema: {type: object}}}}
                  responses: {"201": {description: made}}
              /pets/{petId}:
                get:
                  operationId: "show pet!"
                  parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
                  responses: {"200": {description: one}}
            components:
              parameters:
                Limit: {name: limit, in: query, schema: {type: integer}}
            """;

    private final Desk desk = new Desk();

    private Answer put(String format, String document) {
        return desk.put(
                "apis/pets",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("path", "pets")
                        .put("format", format)
                        .put("value", document)
                        .toString());
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        desk.get("apis/pets/operations")
                .json()
                .path("value")
                .forEach(each -> names.add(each.path("name").asText()));
        return names;
    }

    @Test
    void makesAnApiWithItsOperations() {
        Answer answer = put("openapi", PETS);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.properties().path("displayName").asText()).isEqualTo("Pets");
        assertThat(answer.properties().path("serviceUrl").asText()).isEqualTo("https://pets.test/v1");
        assertThat(answer.properties().has("value")).isFalse();
        assertThat(names()).containsExactly("listPets", "post-pets", "show-pet");
        JsonNode list = desk.get("apis/pets/operations/listpets").properties();
        assertThat(list.path("displayName").asText()).isEqualTo("List pets");
        assertThat(list.at("/request/queryParameters/0/name").asText()).isEqualTo("limit");
        assertThat(list.path("responses")).hasSize(1);
        assertThat(list.at("/responses/0/representations/0/examples/default/value/0/name")
                        .asText())
                .isEqualTo("Rex");
        JsonNode show = desk.get("apis/pets/operations/show-pet").properties();
        assertThat(show.path("templateParameters").toString())
                .isEqualTo("[{\"name\":\"petId\",\"type\":\"integer\",\"required\":true}]");
    }

    @Test
    void replacesOperationsAndLeavesTheSameOnesAlone() {
        put("openapi", PETS);
        String tag = desk.get("apis/pets/operations/listPets").etag();
        desk.put("apis/pets/operations/own", "{\"displayName\":\"o\",\"method\":\"PUT\",\"urlTemplate\":\"/own\"}");

        Answer answer = put("openapi", PETS.replace("show pet!", "look"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(names()).containsExactly("listPets", "look", "post-pets");
        assertThat(desk.get("apis/pets/operations/listPets").etag()).isEqualTo(tag);
    }

    @Test
    void takesSwagger2() {
        String swagger = """
                {"swagger":"2.0","info":{"title":"Old","version":"1"},"host":"old.test","basePath":"/api","schemes":["http","https"],
                 "consumes":["application/json"],"produces":["application/json"],
                 "parameters":{"q":{"name":"q","in":"query","type":"string"}},
                 "paths":{"/a/{id}":{"post":{"operationId":"a","parameters":[{"name":"id","in":"path","type":"string","required":true},
                   {"$ref":"#/parameters/q"},{"name":"b","in":"body","schema":{}}],
                   "responses":{"200":{"description":"d","schema":{},"examples":{"application/json":{"x":1}}}}}}}}""";

        Answer answer = put("swagger-json", swagger);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.properties().path("serviceUrl").asText()).isEqualTo("https://old.test/api");
        JsonNode operation = desk.get("apis/pets/operations/a").properties();
        assertThat(operation.at("/request/queryParameters/0/name").asText()).isEqualTo("q");
        assertThat(operation.at("/request/representations/0/contentType").asText())
                .isEqualTo("application/json");
        assertThat(operation
                        .at("/responses/0/representations/0/examples/default/value/x")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void importsMoreOperationsThanOneCommitHolds() {
        StringBuilder paths = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            paths.append(i == 0 ? "" : ",").append("\"/p").append(i).append("\":{\"get\":{\"responses\":{}}}");
        }
        String document =
                "{\"openapi\":\"3.0.1\",\"info\":{\"title\":\"t\",\"version\":\"1\"},\"paths\":{" + paths + "}}";

        Answer answer = put("openapi+json", document);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(desk.get("apis/pets/operations").json().path("count").asInt())
                .isEqualTo(400);
        assertThat(desk.get("apis/pets").etag()).isEqualTo(answer.etag());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "openapi-link | https://x.test/a.json | not fetched",
                "openapi+json-link | https://x.test/a.json | not fetched",
                "swagger-link-json | https://x.test/a.json | not fetched",
                "wsdl | <x/> | expected: one of",
                "openapi+json | {\"openapi\":\"3.0.1\",\"paths\":{\"/a\":{\"$ref\":\"https://x.test/a.json\"}}} | not fetched",
                "openapi+json | {\"openapi\":\"3.0.1\",\"paths\":{\"/a\":{\"get\":{\"parameters\":[{\"$ref\":\"file:///etc/passwd\"}]}}}} |"
                        + " not fetched",
                "openapi+json | {\"swagger\":\"2.0\"} | expected: 3.0.x",
                "swagger-json | {\"openapi\":\"3.0.1\"} | expected: 2.0",
                "openapi+json | [] | no object",
                "openapi+json | { | not JSON",
                "openapi | a: [ | not YAML",
                "openapi | a: &x [*x] | properties.value",
                "openapi+json | {\"openapi\":\"3.0.1\",\"info\":{\"title\":\"t\"},\"paths\":{\"/a b\":{\"get\":{}}}} | urlTemplate",
                "openapi+json | {\"openapi\":\"3.0.1\",\"info\":{\"title\":\"t\"},\"paths\":{\"/a\":{\"get\":{}},\"/A\":{\"get\":{}}}} |"
                        + " twice",
            })
    void refusesDocumentsThatAreNoneOrElsewhere(String format, String document, String message) {
        Answer answer = put(format, document);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
        assertThat(desk.get("apis/pets").status()).isEqualTo(404);
    }

    @Test
    void boundsAliasesThatMultiply() {
        StringBuilder laughs = new StringBuilder("openapi: 3.0.1\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a").append(i).append(": &a").append(i).append(" [");
            laughs.append(("*a" + (i - 1) + ",").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }

        assertThat(put("openapi", laughs.toString()).status()).isEqualTo(400);
    }

    @Test
    void fuzzSeed45IsAnsweredWithCreatedOrWithAnError() {
        Random random = new Random(45);
        for (int i = 0; i < 100; i++) {
            StringBuilder document = new StringBuilder(PETS);
            for (int n = random.nextInt(4) + 1; n > 0; n--) {
                int at = random.nextInt(document.length());
                switch (random.nextInt(3)) {
                    case 0 -> document.deleteCharAt(at);
                    case 1 -> document.insert(at, "{}[]:-&*!|>'\"\n #".charAt(random.nextInt(15)));
                    default -> document.delete(at, Math.min(document.length(), at + random.nextInt(40)));
                }
            }

            assertThat(put("openapi", document.toString()).status()).isIn(200, 201, 400);
        }
    }
}
