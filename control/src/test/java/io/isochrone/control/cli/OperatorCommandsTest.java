package io.isochrone.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.cli.ScriptedControl.Scripted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/** The commands against a control plane that answers by a script. */
final class OperatorCommandsTest {
    private static final String SUBSCRIPTION = "/subscriptions/s1";
    private static final String PROVIDER = SUBSCRIPTION + "/providers/Microsoft.ApiManagement";
    private static final String ID =
            SUBSCRIPTION + "/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim1";
    private static final String STATUS = PROVIDER + "/locations/westeurope/operationStatuses/o1";
    private static final String ONE_REGION = service("E1", "Premium", "");
    private static final String TWO_REGIONS = service("E2", "Premium", """
            {"location":"East Asia","sku":{"name":"Premium","capacity":2},"zones":["1"],"disableGateway":false}""");

    private static TestCertificate certificate;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> env = new HashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private ScriptedControl control;
    private String typed;
    private boolean terminal;

    /** Stands for the isochrone command. Not thread-safe; confined to the test. */
    @Command(name = "isochrone")
    private static final class Root {}

    @BeforeAll
    static void certificate(@TempDir Path keys) throws IOException {
        certificate = TestCertificate.make(keys, "localhost");
    }

    @BeforeEach
    void start() throws IOException {
        control = ScriptedControl.start(certificate);
        Files.writeString(folder.resolve("ca.pem"), certificate.pem());
        Files.writeString(folder.resolve("token"), "secret-1\n");
        env.put("ISOCHRONE_CONTROL", control.url());
        env.put("ISOCHRONE_CA_FILE", folder.resolve("ca.pem").toString());
        env.put("ISOCHRONE_TOKEN_FILE", folder.resolve("token").toString());
        control.on("GET /subscriptions", 200, "{\"value\":[{\"subscriptionId\":\"s1\"}]}");
        services(ONE_REGION);
        control.on("GET " + PROVIDER + "/skus", 200, """
                {"value":[{"name":"Premium","locations":["West Europe","East Asia","Moon Base"]}]}""");
    }

    @AfterEach
    void stop() {
        control.close();
    }

    private static String service(String etag, String tier, String more) {
        return """
                {"id":"ID","name":"apim1","location":"West Europe","etag":"ETAG","tags":{"team":"a"},
                 "sku":{"name":"TIER","capacity":1},
                 "properties":{"provisioningState":"Succeeded","publisherName":"p","publisherEmail":"e@x.test",
                  "gatewayUrl":"https://apim1.example","gatewayRegionalUrl":"https://apim1-westeurope-01.example",
                  "disableGateway":false,"additionalLocations":[MORE]}}""".replace("ID", ID).replace("ETAG", etag).replace("TIER", tier).replace("MORE", more);
    }

    private void services(String... documents) {
        control.on("GET " + PROVIDER + "/service", 200, "{\"value\":[" + String.join(",", documents) + "]}");
        control.on("GET " + ID, 200, documents[0]);
    }

    /** A PATCH begins an operation that ends with {@code ends}, after which the service is {@code then}. */
    private void patched(String then, Scripted... statuses) {
        control.on(
                "PATCH " + ID,
                Scripted.of(202, ONE_REGION)
                        .with("Azure-AsyncOperation", "BASE" + STATUS + "?api-version=2024-05-01")
                        .with("Location", "BASE" + PROVIDER + "/operationResults/o1")
                        .with("Retry-After", "1"));
        control.on("GET " + STATUS, statuses);
        control.on("GET " + ID, Scripted.of(200, ONE_REGION), Scripted.of(200, then));
    }

    private static Scripted under(int percent) {
        return Scripted.of(200, "{\"status\":\"InProgress\",\"percentComplete\":" + percent + "}")
                .with("Retry-After", "2");
    }

    private static Scripted ended(String status) {
        return Scripted.of(200, "{\"status\":\"" + status + "\",\"percentComplete\":100}");
    }

    private int run(String... args) {
        CommandLine line = new CommandLine(new Root());
        BufferedReader answers = typed == null ? null : new BufferedReader(new StringReader(typed));
        Surroundings around = new Surroundings(
                env::get, terminal, answers, folder, clock::get, length -> clock.addAndGet(length.toNanos()));
        OperatorCommands.addAll(line, around);
        CommandLine store = new CommandLine(new Root());
        OperatorCommands.addToControl(store, around);
        line.addSubcommand("control", store);
        line.setColorScheme(Help.defaultColorScheme(terminal ? Help.Ansi.ON : Help.Ansi.OFF));
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(args);
    }

    private JsonNode sent(String call) throws IOException {
        return Answer.JSON.readTree(control.calls(call).get(0).body());
    }

    @Test
    void listsRegionsWithTheirNodes() {
        services(TWO_REGIONS);
        control.on("GET /control/v1/nodes", 200, """
                {"value":[{"id":"n1","region":"eastasia","state":"serving"},{"id":"n2","region":"eastasia","state":"lost"}]}""");

        assertThat(run("region", "list")).as(err::toString).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "  region                 units  zones  gateway  nodes  address",
                        "  West Europe (primary)  1      -      on       -      https://apim1-westeurope-01.example",
                        "  East Asia              2      1      on       1/2    -");
        assertThat(control.calls().get(0).token()).isEqualTo("Bearer secret-1");
    }

    @Test
    void listsRegionsAsJson() throws IOException {
        services(TWO_REGIONS);

        assertThat(run("region", "list", "--json")).isZero();

        JsonNode json = Answer.JSON.readTree(out.toString());
        assertThat(json.get(1).path("name").asText()).isEqualTo("eastasia");
        assertThat(json.get(1).path("units").asInt()).isEqualTo(2);
    }

    @Test
    void coloursOnATerminal() {
        terminal = true;

        run("service", "list");

        assertThat(out.toString()).contains("\u001b[32mSucceeded\u001b[39m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"East Asia", "eastasia", "EASTASIA"})
    void addsARegionWrittenInEitherForm(String written) throws IOException {
        patched(TWO_REGIONS, under(40), ended("Succeeded"));
        control.on("GET /control/v1/nodes", 200, """
                {"value":[{"id":"n1","state":"serving","current":true},{"id":"n2","state":"serving","current":false}]}""");

        assertThat(run("region", "add", written, "--units", "2", "--zones", "1,2"))
                .as(err::toString)
                .isZero();

        JsonNode added = sent("PATCH " + ID).at("/properties/additionalLocations/0");
        assertThat(added.path("location").asText()).isEqualTo("East Asia");
        assertThat(added.at("/sku/capacity").asInt()).isEqualTo(2);
        assertThat(added.path("zones")).hasSize(2);
        assertThat(control.calls("PATCH " + ID).get(0).ifMatch()).isEqualTo("\"E1\"");
        assertThat(err.toString().lines())
                .containsExactly("Adding East Asia …", "Adding East Asia … 40 %, 1 of 2 nodes have it, waiting for n2");
        assertThat(out.toString()).contains("Adding East Asia: done.", "East Asia ");
        assertThat(clock.get()).isEqualTo(3_000_000_000L);
    }

    @Test
    void addsARegionOfTheOperatorsOwn() throws IOException {
        patched(TWO_REGIONS, ended("Succeeded"));

        assertThat(run("region", "add", "moonbase")).as(err::toString).isZero();

        assertThat(sent("PATCH " + ID)
                        .at("/properties/additionalLocations/0/location")
                        .asText())
                .isEqualTo("Moon Base");
    }

    @Test
    void keepsTheOtherRegionsWhenItChangesOne() throws IOException {
        services(service("E2", "Premium", """
                {"location":"East Asia","sku":{"name":"Premium","capacity":2},"zones":["1"]},
                {"location":"East US","sku":{"name":"Premium","capacity":3}}"""));
        control.on("PATCH " + ID, 200, TWO_REGIONS);

        assertThat(run("region", "scale", "eastus", "5")).as(err::toString).isZero();

        JsonNode locations = sent("PATCH " + ID).at("/properties/additionalLocations");
        assertThat(locations).hasSize(2);
        assertThat(locations.at("/0/sku/capacity").asInt()).isEqualTo(2);
        assertThat(locations.at("/0/zones/0").asText()).isEqualTo("1");
        assertThat(locations.at("/1/sku/capacity").asInt()).isEqualTo(5);
    }

    @Test
    void scalesThePrimaryByTheServicesOwnUnits() throws IOException {
        control.on("PATCH " + ID, 200, ONE_REGION);

        assertThat(run("region", "scale", "West Europe", "3")).isZero();

        assertThat(sent("PATCH " + ID).toString()).isEqualTo("{\"sku\":{\"name\":\"Premium\",\"capacity\":3}}");
    }

    @Test
    void changesNothingThatIsSoAlready() {
        assertThat(run("region", "enable", "westeurope")).isZero();

        assertThat(out.toString()).contains("Nothing to do.");
        assertThat(control.calls("PATCH " + ID)).isEmpty();
    }

    @Test
    void switchesThePrimarysGatewayOff() throws IOException {
        control.on("PATCH " + ID, 200, ONE_REGION);

        assertThat(run("region", "disable", "westeurope")).isZero();

        assertThat(sent("PATCH " + ID).toString()).isEqualTo("{\"properties\":{\"disableGateway\":true}}");
    }

    @ParameterizedTest
    @CsvSource({"region add eastasai, East Asia", "region scale wseteurope 2, westeurope", "service show apm1, apim1"})
    void namesWhatWasPerhapsMeant(String line, String meant) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains("did you mean \"").containsIgnoringCase(meant.replace(" ", ""));
    }

    @Test
    void worksTheChangeOutAgainWhenSomebodyElseWasFaster() throws IOException {
        control.on(
                "PATCH " + ID,
                Scripted.of(412, "{\"error\":{\"code\":\"PreconditionFailed\",\"message\":\"stale\"}}"),
                Scripted.of(200, TWO_REGIONS));
        control.on("GET " + ID, Scripted.of(200, ONE_REGION), Scripted.of(200, TWO_REGIONS));

        assertThat(run("region", "add", "Moon Base")).as(err::toString).isZero();

        List<ScriptedControl.Seen> patches = control.calls("PATCH " + ID);
        assertThat(patches).extracting(ScriptedControl.Seen::ifMatch).containsExactly("\"E1\"", "\"E2\"");
        assertThat(Answer.JSON.readTree(patches.get(1).body()).at("/properties/additionalLocations"))
                .hasSize(2);
    }

    @Test
    void tellsWhyAnOperationFailed() {
        patched(ONE_REGION, Scripted.of(200, """
                {"status":"Failed","error":{"code":"NodesRefused","message":"n1 refused it",
                 "details":[{"target":"apis/echo","message":"no backend"}]}}"""));

        assertThat(run("region", "add", "eastasia")).isEqualTo(1);

        assertThat(err.toString())
                .contains("Adding East Asia failed: n1 refused it (NodesRefused)", "apis/echo: no backend");
    }

    @Test
    void followsByLocationWhenThereIsNothingElse() {
        String result = PROVIDER + "/operationResults/o2";
        control.on("PATCH " + ID, Scripted.of(202, ONE_REGION).with("Location", "BASE" + result));
        control.on("GET " + result, Scripted.of(202, ""), Scripted.of(200, TWO_REGIONS));

        assertThat(run("region", "scale", "westeurope", "2")).as(err::toString).isZero();

        assertThat(control.calls("GET " + result)).hasSize(2);
    }

    @Test
    void saysWhatTheOperationWaitsFor() {
        patched(TWO_REGIONS, Scripted.of(200, """
                {"status":"InProgress","percentComplete":10,"properties":{"waitsFor":["n1 has not applied it.","n2 neither."]}}"""), ended("Succeeded"));

        assertThat(run("region", "add", "eastasia")).isZero();

        assertThat(err.toString()).contains("10 %, n1 has not applied it. (and 1 more)");
    }

    @Test
    void doesNotWaitWhenItIsToldNotTo() {
        patched(TWO_REGIONS, under(1));

        assertThat(run("region", "add", "eastasia", "--no-wait")).isZero();

        assertThat(out.toString()).contains("begun");
        assertThat(control.calls("GET " + STATUS)).isEmpty();
    }

    @Test
    void givesUpAfterItsTimeAndSaysThatItGoesOn() {
        patched(ONE_REGION, under(10));

        assertThat(run("region", "add", "eastasia", "--timeout", "9s")).isEqualTo(1);

        assertThat(err.toString()).contains("not ended after 9 s", "it goes on");
        assertThat(control.calls("GET " + STATUS)).hasSize(5);
    }

    @Test
    void goesOnAskingWhileTheControlPlaneIsAway() {
        patched(TWO_REGIONS, Scripted.of(0, ""), Scripted.of(503, ""), ended("Succeeded"));

        assertThat(run("region", "add", "eastasia")).as(err::toString).isZero();

        assertThat(err.toString()).contains("does not answer; asking again");
    }

    @Test
    void sendsNoTokenElsewhere() {
        control.on(
                "PATCH " + ID,
                Scripted.of(202, ONE_REGION).with("Azure-AsyncOperation", "https://elsewhere.example/status"));

        assertThat(run("region", "add", "eastasia")).isEqualTo(1);

        assertThat(err.toString()).contains("https://elsewhere.example", "expected: an address of its own");
    }

    @Test
    void showsProgressInOneLineOfATerminal() {
        terminal = true;
        patched(TWO_REGIONS, under(40), ended("Succeeded"));

        run("region", "add", "eastasia");

        assertThat(err.toString()).isEqualTo("\r\u001b[KAdding East Asia …\r\u001b[KAdding East Asia … 40 %\r\u001b[K");
    }

    @Test
    void refusesToRemoveWithoutConsentWhenThereIsNobodyToAsk() {
        services(TWO_REGIONS);

        assertThat(run("region", "remove", "eastasia")).isEqualTo(2);

        assertThat(err.toString()).contains("not confirmed", "expected: --yes");
        assertThat(control.calls("PATCH " + ID)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"y, 0, 1", "YES, 0, 1", "n, 1, 0", "'', 1, 0"})
    void asksBeforeItRemoves(String answer, int code, int patches) {
        services(TWO_REGIONS);
        typed = answer + "\n";
        control.on("PATCH " + ID, 200, ONE_REGION);

        assertThat(run("region", "remove", "East Asia")).isEqualTo(code);

        assertThat(err.toString())
                .contains("East Asia has no node that serves now.", "Remove East Asia from apim1? [y/N]");
        assertThat(control.calls("PATCH " + ID)).hasSize(patches);
    }

    @Test
    void removesOneRegionAndKeepsTheOthers() throws IOException {
        services(service("E2", "Premium", """
                {"location":"East Asia","sku":{"name":"Premium","capacity":2}},
                {"location":"East US","sku":{"name":"Premium","capacity":3}}"""));
        control.on("PATCH " + ID, 200, ONE_REGION);

        assertThat(run("region", "remove", "eastasia", "--yes")).isZero();

        JsonNode locations = sent("PATCH " + ID).at("/properties/additionalLocations");
        assertThat(locations).hasSize(1);
        assertThat(locations.at("/0/location").asText()).isEqualTo("East US");
    }

    @Test
    void doesNotRemoveThePrimary() {
        assertThat(run("region", "remove", "westeurope", "--yes")).isEqualTo(2);

        assertThat(err.toString()).contains("is the primary", "isochrone region disable westeurope");
    }

    @ParameterizedTest
    @CsvSource({
        "409, ServiceIsTransitioning, Wait until isochrone service show says Succeeded",
        "400, AdditionalLocationsNotSupported, isochrone service update --tier Premium",
        "403, AuthorizationFailed, Changes need one of the role operator",
        "429, TooManyRequests, Try again in",
        "500, InternalServerError, Nodes go on serving"
    })
    void saysWhatToDoAboutARefusal(int status, String code, String advice) {
        control.on("PATCH " + ID, status, "{\"error\":{\"code\":\"" + code + "\",\"message\":\"Because.\"}}");

        assertThat(run("region", "add", "eastasia")).isEqualTo(1);

        assertThat(err.toString()).contains("Because. (" + code + ")", advice);
    }

    @Test
    void saysWhichTokenIsNotGood() {
        control.on("GET /subscriptions", 401, "{\"error\":{\"code\":\"AuthenticationFailed\",\"message\":\"no\"}}");

        assertThat(run("service", "list")).isEqualTo(1);

        assertThat(err.toString())
                .contains("token: " + control.url(), folder.resolve("token").toString());
        assertThat(err.toString()).doesNotContain("secret-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 418, 500})
    void saysWhatElseAnswersWhenItIsNoControlPlane(int status) {
        control.on("GET " + ID, status, "<html>hello</html>");

        int code = run("service", "show");

        assertThat(err.toString()).contains("expected: ");
        assertThat(code).isEqualTo(1);
    }

    @Test
    void saysThatNothingAnswers() throws IOException {
        try (Socket refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

            assertThat(run("service", "list", "--control", "https://localhost:" + refusing.getLocalPort()))
                    .isEqualTo(1);
        }
        assertThat(err.toString()).contains("nothing answers at https://localhost:", "isochrone control");
    }

    @Test
    void saysWhichFileMakesACertificateTrusted() {
        env.remove("ISOCHRONE_CA_FILE");

        assertThat(run("service", "list")).isEqualTo(1);

        assertThat(err.toString()).contains("is not trusted", "--ca-file", LocalFiles.CA);
    }

    @Test
    void saysThatTheCertificateHasAnotherName() {
        assertThat(run("service", "list", "--control", control.url().replace("localhost", "127.0.0.1")))
                .isEqualTo(1);

        assertThat(err.toString()).contains("expected: a name that its certificate has");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1", "localhost:8443", "https://", "https://x y"})
    void refusesAnAddressThatIsNone(String url) {
        assertThat(run("service", "list", "--control", url)).isEqualTo(2);

        assertThat(err.toString()).contains("--control: \"" + url + "\" (expected: https://HOST:PORT)");
    }

    @Test
    void takesTheTokenThatALocalControlPlaneLeft() throws IOException {
        env.remove("ISOCHRONE_TOKEN_FILE");
        env.remove("ISOCHRONE_CA_FILE");
        Path data = Files.createDirectories(folder.resolve(LocalFiles.FOLDER));
        Files.writeString(data.resolve(LocalFiles.TOKEN), "local-1");
        Files.writeString(data.resolve(LocalFiles.CA), certificate.pem());

        assertThat(run("service", "list")).as(err::toString).isZero();

        assertThat(control.calls().get(0).token()).isEqualTo("Bearer local-1");
    }

    @Test
    void sendsALocalTokenToNoOtherHost() throws IOException {
        env.remove("ISOCHRONE_TOKEN_FILE");
        Path data = Files.createDirectories(folder.resolve(LocalFiles.FOLDER));
        Files.writeString(data.resolve(LocalFiles.TOKEN), "local-1");

        assertThat(run("service", "list", "--control", "https://control.example:8443"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--token-file: missing");
    }

    @Test
    void listsTheServicesWhenOneHasToBeNamed() {
        services(ONE_REGION, ONE_REGION.replace("apim1", "lab"));

        assertThat(run("region", "list")).isEqualTo(2);

        assertThat(err.toString()).contains("--service: missing (expected: one of apim1, lab)");
    }

    @Test
    void createsAServiceWithItsRegions() throws IOException {
        control.on("GET " + PROVIDER + "/service", 200, "{\"value\":[]}");
        String id = ID.replace("/rg/", "/isochrone/");
        control.on("PUT " + id, Scripted.of(201, ONE_REGION));
        control.on(
                "GET " + id,
                Scripted.of(200, ONE_REGION.replace("Succeeded", "Activating")),
                Scripted.of(200, ONE_REGION));

        int code = run(
                "service",
                "create",
                "apim1",
                "--location",
                "westeurope",
                "--units",
                "2",
                "--region",
                "East Asia=3",
                "--tag",
                "team=a");

        assertThat(code).as(err::toString).isZero();
        JsonNode body = sent("PUT " + id);
        assertThat(body.path("location").asText()).isEqualTo("West Europe");
        assertThat(body.at("/sku").toString()).isEqualTo("{\"name\":\"Premium\",\"capacity\":2}");
        assertThat(body.at("/properties/additionalLocations/0/location").asText())
                .isEqualTo("East Asia");
        assertThat(body.at("/properties/additionalLocations/0/sku/capacity").asInt())
                .isEqualTo(3);
        assertThat(body.at("/tags/team").asText()).isEqualTo("a");
        assertThat(err.toString()).contains("Creating apim1 … Activating");
        assertThat(out.toString()).contains("Creating apim1: done.", "West Europe (primary)");
    }

    @Test
    void doesNotCreateWhatIsThere() {
        assertThat(run("service", "create", "APIM1", "--location", "eastus")).isEqualTo(1);

        assertThat(err.toString()).contains("apim1 is there already", "isochrone service update apim1");
    }

    @Test
    void changesTagsAndKeepsTheOthers() throws IOException {
        control.on("PATCH " + ID, 200, ONE_REGION);

        assertThat(run("service", "update", "--tag", "owner=b", "--tier", "premium"))
                .isZero();

        assertThat(sent("PATCH " + ID).toString())
                .isEqualTo("{\"sku\":{\"name\":\"Premium\",\"capacity\":1},\"tags\":{\"team\":\"a\",\"owner\":\"b\"}}");
    }

    @Test
    void deletesAServiceAndSaysWhatGoesWithIt() {
        typed = "y\n";
        String result = PROVIDER + "/operationResults/o3";
        control.on("GET " + ID + "/apis", 200, "{\"value\":[],\"count\":7}");
        control.on("DELETE " + ID, Scripted.of(202, "").with("Location", "BASE" + result));
        control.on("GET " + result, Scripted.of(202, ""), Scripted.of(204, ""));

        assertThat(run("service", "delete", "apim1")).as(err::toString).isZero();

        assertThat(err.toString()).contains("apim1 and its 1 region (West Europe), with 7 APIs, are deleted.");
        assertThat(out.toString()).contains("Deleting apim1: done.");
    }

    @Test
    void listsNodesAndWhatTheyRefuse() {
        control.on("GET /control/v1/nodes", 200, """
                {"value":[{"id":"n1","kind":"gateway","region":"westeurope","state":"serving","applied":{"epoch":1,"version":17},
                  "offered":{"epoch":1,"version":18},"current":false,"refusal":"apis/echo: no backend",
                  "load":{"requestsPerSecond":120.5,"errorsPerSecond":0.1,"p50Millis":1.2,"p99Millis":9.0},"silentSeconds":0.8}]}""");
        control.on("GET /control/v1/rollout", 200, """
                {"stage":"canary","candidate":{"epoch":1,"version":18},"reason":null,"suspicion":"half of the nodes are silent"}""");

        assertThat(run("node", "list")).isZero();

        assertThat(out.toString())
                .contains(
                        "n1    gateway  westeurope  serving  1.17 refuses 1.18  120.5       0.1    1.2     9.0     1 s ago",
                        "n1: apis/echo: no backend",
                        "Configuration 1.18 is going out, stage canary.",
                        "Silent nodes are kept: half of the nodes are silent");
    }

    @Test
    void writesANewTokenToAFileOfItsOwnersOnly() throws IOException {
        control.on("POST /control/v1/tokens", 201, "{\"id\":\"t1\",\"token\":\"shown-once\"}");

        assertThat(run("token", "create", "nodes", "--role", "NODE", "--region", "East Asia", "--out", "node.token"))
                .as(err::toString)
                .isZero();

        Path file = folder.resolve("node.token");
        assertThat(file).hasContent("shown-once");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(sent("POST /control/v1/tokens").path("role").asText()).isEqualTo("node");
        assertThat(sent("POST /control/v1/tokens").path("region").asText()).isEqualTo("East Asia");
        assertThat(sent("POST /control/v1/tokens").path("service").asText()).isEqualTo("apim1");
        assertThat(out.toString()).contains("t1").doesNotContain("shown-once");
    }

    @Test
    void makesNoTokenForAFileThatIsThere() {
        assertThat(run("token", "create", "alice", "--role", "reader", "--out", "token"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("is there already");
        assertThat(control.calls("POST /control/v1/tokens")).isEmpty();
    }

    @Test
    void showsANewTokenOnceWithoutAFile() {
        control.on("POST /control/v1/tokens", 201, "{\"id\":\"t1\",\"token\":\"shown-once\"}");

        assertThat(run("token", "create", "alice", "--role", "reader")).isZero();

        assertThat(out.toString()).isEqualToIgnoringNewLines("shown-once");
        assertThat(err.toString()).contains("isochrone token revoke t1");
    }

    @Test
    void revokesAToken() {
        control.on("DELETE /control/v1/tokens/t1", 204, "");

        assertThat(run("token", "revoke", "t1", "--yes")).isZero();
        assertThat(run("token", "revoke", "t2", "--yes")).isEqualTo(1);

        assertThat(err.toString()).contains("token: t2 (expected: one that is good");
    }

    @Test
    void importsAnOpenApiDocument() throws IOException {
        Files.writeString(folder.resolve("Orders API.yaml"), "openapi: 3.0.3\n");
        control.on("PUT " + ID + "/apis/orders-api", 201, "{}");
        control.on("GET " + ID + "/apis/orders-api", 200, "{\"properties\":{\"path\":\"shop\"}}");
        control.on("GET " + ID + "/apis/orders-api/operations", 200, "{\"value\":[{},{}]}");

        assertThat(run("api", "import", "Orders API.yaml", "--path", "/shop", "--backend", "http://b", "--no-key"))
                .as(err::toString)
                .isZero();

        JsonNode properties = sent("PUT " + ID + "/apis/orders-api").path("properties");
        assertThat(properties.path("format").asText()).isEqualTo("openapi");
        assertThat(properties.path("value").asText()).isEqualTo("openapi: 3.0.3\n");
        assertThat(properties.path("path").asText()).isEqualTo("shop");
        assertThat(properties.path("serviceUrl").asText()).isEqualTo("http://b");
        assertThat(properties.path("subscriptionRequired").asBoolean(true)).isFalse();
        assertThat(out.toString()).contains("orders-api is imported: 2 operations at https://apim1.example/shop");
    }

    @ParameterizedTest
    @CsvSource({
        "{\"openapi\":\"3.0.0\"}, openapi+json",
        "{\"swagger\":\"2.0\"}, swagger-json",
        "openapi: 3.1.0, openapi"
    })
    void knowsWhatADocumentIsWrittenIn(String text, String format) throws IOException {
        Files.writeString(folder.resolve("a.txt"), text);

        assertThat(ApiFile.read(folder.resolve("a.txt")).format()).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "hello", ""})
    void refusesWhatIsNoDescription(String text) throws IOException {
        Files.writeString(folder.resolve("a.txt"), text);

        assertThat(run("api", "import", "a.txt")).isEqualTo(2);

        assertThat(err.toString()).contains("expected: ");
    }

    @Test
    void listsTheHistoryAndRollsBack() throws IOException {
        control.on("GET /control/v1/history", 200, """
                {"value":[{"revision":9,"at":"2026-01-31T12:00:00Z","who":"alice","what":"PATCH apim1",
                  "keys":[{"key":"resources/a/apim1"}]}]}""");
        control.on("POST /control/v1/rollback", 200, "{\"revision\":10}");

        assertThat(run("control", "history")).isZero();
        assertThat(run("control", "rollback", "8")).isEqualTo(2);
        assertThat(run("control", "rollback", "8", "--yes")).isZero();

        assertThat(out.toString())
                .contains("9         2026-01-31T12:00:00Z  alice  PATCH apim1  apim1", "as revision 10");
        assertThat(control.calls("POST /control/v1/rollback").get(0).query()).isEqualTo("to=8");
    }

    @Test
    void exportsToANewFileAndImportsItAgain() {
        control.on("GET /control/v1/export", 200, "{\"entries\":[]}");
        control.on("POST /control/v1/import", 200, "{\"revision\":11}");

        assertThat(run("control", "export", "backup.json")).isZero();
        assertThat(run("control", "export", "backup.json")).isEqualTo(2);
        assertThat(run("control", "import", "backup.json", "--yes")).isZero();

        assertThat(control.calls("POST /control/v1/import").get(0).body()).isEqualTo("{\"entries\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region add eastasia --units 0",
                "region scale westeurope 0",
                "region add eastasia --timeout soon",
                "region",
                "service update",
                "service update --tier Premum",
                "service create x",
                "token create a --role root",
                "token create a --role reader --region eastasia",
                "control history --limit 0",
                "control rollback 0 --yes",
                "control import nothing.json --yes",
                "service list --ca-file nothing.pem",
                "service list --token-file nothing"
            })
    void refusesArgumentsThatMakeNoSense(String line) {
        int code = run(line.split(" "));

        assertThat(code).isEqualTo(line.equals("region") ? 0 : 2);
        assertThat(control.calls()).noneMatch(each -> !each.call().startsWith("GET"));
    }
}
