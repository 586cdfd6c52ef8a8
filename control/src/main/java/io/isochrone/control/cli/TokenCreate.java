package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a token. Not thread-safe; confined to the main thread. */
@Command(
        name = "create",
        header = {"Makes a token; its text is shown this once.", ""},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  isochrone token create alice --role operator --out alice.token",
            "  isochrone token create monitor --role reader",
            "  isochrone token create nodes --role node --service apim1 --region \"East Asia\" --out node.token"
        })
final class TokenCreate extends Task {
    private static final Set<String> ROLES = Set.of("reader", "operator", "node");

    @Parameters(paramLabel = "NAME", description = "whose it is; the history of changes has it")
    private String name;

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "reader, operator or node")
    private String role;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            description = "a node's service (not needed when there is only one)")
    private @Nullable String service;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "the only region that a node may serve (all, and routers)")
    private @Nullable String region;

    @Option(names = "--out", paramLabel = "FILE", description = "new file for the text, readable by you alone")
    private @Nullable Path file;

    TokenCreate(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        String wanted = role.toLowerCase(Locale.ROOT);
        if (!ROLES.contains(wanted)) {
            throw FailedException.usage("--role: " + role + " (expected: reader, operator or node)");
        }
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("name", name).put("role", wanted);
        if (wanted.equals("node")) {
            body.put("service", session.service(service).name());
        }
        if (!wanted.equals("node") && (service != null || region != null)) {
            throw FailedException.usage(
                    "--service, --region: given with --role " + wanted + " (expected: with --role node)");
        }
        if (region != null) {
            body.put("region", RegionNames.displayName(region, Set.of()));
        }
        Path target = file == null ? null : claim(session, file);
        JsonNode made =
                session.client().good("POST", TokenList.TOKENS, body.toString()).json();
        String id = made.path("id").asText();
        if (target == null) {
            session.print(made);
            session.say(made.path("token").asText());
            if (!session.isJson()) {
                session.err()
                        .println("This is the only time it is shown. To take it back: isochrone token revoke " + id);
            }
            return;
        }
        try {
            PrivateFile.write(target, (made.path("token").asText() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw FailedException.bad(
                    "--out: " + target + " cannot be written: " + e.getMessage() + " (expected: room for a token)",
                    "The token was made, and nobody has it. Take it back: isochrone token revoke " + id);
        }
        ((ObjectNode) made).remove("token");
        session.print(made);
        session.say("Token " + id + " of " + name + " (" + wanted + ") is in " + target + ".");
    }

    /** Makes the file before the token, so that no token is made that nobody gets. */
    private static Path claim(Session session, Path file) {
        Path target = session.around().folder().resolve(file);
        try {
            PrivateFile.create(target);
        } catch (FileAlreadyExistsException e) {
            throw FailedException.usage("--out: " + target + " is there already (expected: a new file)");
        } catch (IOException e) {
            throw FailedException.usage("--out: " + target + " (expected: a file that can be written)");
        }
        return target;
    }
}
