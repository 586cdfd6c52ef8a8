package io.isochrone.bench.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isochrone.bench.fault.FaultText;
import io.isochrone.bench.report.Table;
import io.isochrone.bench.world.WorldNames;
import io.isochrone.config.model.Region;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Acts on a running world from a second terminal. Not thread-safe; confined to the main thread. */
@Command(
        name = "world",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Acts on the world that isochrone up started.",
        footer = {
            "",
            "A region is written westeurope or \"West Europe\".",
            "Faults: kill, freeze, refuse, black-hole, reset, reset-head, reset-body, half-close, garbage,",
            "probes-fail (data passes), data-fails (probes pass), slow=TIMES, trickle=MILLISECONDS for each",
            "byte, unavailable=SHARE (503 in front of the gateway), backend-unavailable=SHARE (behind it).",
            "Exit codes: 0 done, 1 no world answers, 2 no such region or fault.",
            "",
            "Examples:",
            "  isochrone world status",
            "  isochrone world offline \"Brazil South\"",
            "  isochrone world online brazilsouth",
            "  isochrone world fault westeurope slow=20",
            "  isochrone world heal westeurope"
        })
final class WorldCommand implements Runnable {
    static final int DEFAULT_ADMIN_PORT = 9080;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--admin-port",
            defaultValue = "" + DEFAULT_ADMIN_PORT,
            scope = ScopeType.INHERIT,
            description = "the world's admin port (${DEFAULT-VALUE})")
    private int adminPort;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "print the status as JSON")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints what runs where.")
    int status() {
        print(call("GET", "/world/status"));
        return IsochroneMain.OK;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Kills the gateways of a region at once, as a dead region would.")
    int offline(@Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"") String region) {
        return change("offline", region, "", " is offline.");
    }

    @Command(mixinStandardHelpOptions = true, description = "Starts the gateways of a region again.")
    int online(@Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"") String region) {
        return change("online", region, "", " is online.");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lets something go wrong with a region, in place of what was wrong before.")
    int fault(
            @Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"") String region,
            @Parameters(paramLabel = "FAULT", description = "such as freeze or slow=20; see isochrone world --help")
                    String fault) {
        try {
            FaultText.parse(fault);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
        String query = "&fault=" + URLEncoder.encode(fault, StandardCharsets.UTF_8);
        return change("fault", region, query, " has the fault " + fault + ".");
    }

    @Command(mixinStandardHelpOptions = true, description = "Ends what is wrong with a region.")
    int heal(@Parameters(paramLabel = "REGION", description = "westeurope or \"West Europe\"") String region) {
        return change("heal", region, "", " is healed.");
    }

    private int change(String to, String written, String query, String words) {
        Region region;
        try {
            region = WorldNames.find(written);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, String.valueOf(e.getMessage()));
        }
        JsonNode status = call("POST", "/world/" + to + "?region=" + region.name() + query);
        if (!json) {
            spec.commandLine().getOut().println(region.displayName() + words);
        }
        print(status);
        return IsochroneMain.OK;
    }

    private JsonNode call(String method, String target) {
        URI uri = URI.create("http://127.0.0.1:" + adminPort + target);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(Duration.ofSeconds(15))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode body = parse(response.body());
            if (response.statusCode() != 200 || !body.has("regions")) {
                throw new CommandFailedException(
                        IsochroneMain.BAD,
                        "world: 127.0.0.1:" + adminPort + " answers " + response.statusCode() + " "
                                + body.path("message").asText() + " (expected: the admin port of isochrone up)");
            }
            return body;
        } catch (IOException e) {
            throw new CommandFailedException(
                    IsochroneMain.BAD,
                    "world: nothing answers on 127.0.0.1:" + adminPort
                            + " (expected: a world; start one with isochrone up, or name its --admin-port)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException(IsochroneMain.BAD, "world: interrupted");
        }
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("message", "something else than JSON");
        }
    }

    private static String state(JsonNode region) {
        String fault = region.path("fault").asText("none");
        String state = region.path("online").asBoolean() ? "online" : "offline";
        return fault.equals("none") ? state : state + ", " + fault;
    }

    private void print(JsonNode status) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(status.toPrettyString());
        } else {
            Table table = new Table("region", "state", "nodes", "backend");
            for (JsonNode region : status.path("regions")) {
                List<String> nodes = new ArrayList<>();
                region.path("nodes").forEach(node -> nodes.add(node.asText()));
                table.row(
                        region.path("displayName").asText()
                                + (region.path("primary").asBoolean() ? " (primary)" : ""),
                        state(region),
                        String.join(" ", nodes),
                        region.path("backend").asText());
            }
            table.lines().forEach(out::println);
        }
        out.flush();
    }
}
