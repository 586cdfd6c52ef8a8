package io.isochrone.control;

import io.isochrone.control.access.Token;
import io.isochrone.control.access.Tokens;
import io.isochrone.control.access.TokensEndpoint;
import io.isochrone.control.http.Caller;
import io.isochrone.control.store.SqliteStore;
import io.isochrone.control.store.Store;
import io.isochrone.control.store.StoreException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes tokens in the store itself, for when no token is left to ask with. Not thread-safe; confined to the main thread. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Makes a token in the data folder itself, while the control plane is stopped.",
        footer = {"", "While it runs: isochrone token create"})
final class ControlToken {
    @Spec
    private CommandSpec spec;

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Prints the new token; it is shown this once.",
            footer = {
                "",
                "Examples:",
                "  isochrone control token create --role operator --name alice",
                "  isochrone control token create --role node --service apim1 --region westeurope --name n1"
            })
    int create(
            @Option(names = "--role", required = true, description = "reader, operator or node") String role,
            @Option(names = "--name", defaultValue = "made on the server", description = "for the history") String name,
            @Option(names = "--service", description = "of a node") @Nullable String service,
            @Option(names = "--region", description = "of a gateway node; else all, and routers") @Nullable
                    String region,
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            defaultValue = "control-data",
                            description = "${DEFAULT-VALUE}")
                    Path data) {
        PrintWriter err = spec.commandLine().getErr();
        if (!Files.isDirectory(data)) {
            err.println("isochrone: --data: " + data + " (expected: the folder of a control plane)");
            return 2;
        }
        try (Store store = SqliteStore.open(data);
                Tokens tokens = new Tokens(store, InstantSource.system(), System::nanoTime, (m, h) -> null)) {
            Caller caller = TokensEndpoint.caller(name, role, service, region);
            Token.Issued issued = tokens.create(caller, "isochrone control token create");
            spec.commandLine().getOut().println(issued.text());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (StoreException | IllegalArgumentException e) {
            err.println("isochrone: " + e.getMessage());
            err.flush();
            return 2;
        }
    }
}
