package io.isochrone.bench.cli;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.bench.report.Table;
import io.isochrone.bench.world.RegionStatus;
import io.isochrone.bench.world.World;
import io.isochrone.bench.world.WorldOptions;
import io.isochrone.bench.world.WorldPlane;
import io.isochrone.config.model.HostPort;
import io.isochrone.control.store.StoreException;
import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a world and runs it until Ctrl-C. Not thread-safe; confined to the main thread. */
@Command(
        name = "up",
        header = {"Starts a world of four regions on this machine.", ""},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a world on this machine, in one process: a control plane, a router and four regions (West Europe,",
            "the primary with two nodes, East US, Southeast Asia, Brazil South), each with a small",
            "backend of its own. The wide-area distance between places is simulated."
        },
        footer = {
            "",
            "Clients say where they are with X-Forwarded-For: loopback is a trusted proxy here.",
            "Ctrl-C stops it. Exit codes: 130 stopped by Ctrl-C, 143 by SIGTERM, 2 a port in use.",
            "",
            "Examples:",
            "  isochrone up",
            "  isochrone up --no-delay --port 8000 --admin-port 9000"
        })
final class UpCommand implements Callable<Integer> {
    private static final List<String> CITIES = List.of("Amsterdam", "New York City", "Jakarta", "Lima");

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "where clients connect (${DEFAULT-VALUE}; 0: any free one)")
    private int port;

    @Option(
            names = "--admin-port",
            defaultValue = "9080",
            description = "where operators connect (${DEFAULT-VALUE}; 0: any free one)")
    private int adminPort;

    @Option(
            names = "--control-port",
            defaultValue = "8443",
            description = "where the control plane listens (${DEFAULT-VALUE}; 0: any free one)")
    private int controlPort;

    @Option(names = "--no-delay", description = "without the simulated distance")
    private boolean noDelay;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        World world;
        try {
            world = World.start(
                    new WorldOptions(address("--port", port), address("--admin-port", adminPort), !noDelay));
        } catch (BindFailedException e) {
            throw new CommandFailedException(IsochroneMain.USAGE, e.getMessage() + " (see --port and --admin-port)");
        }
        CountDownLatch stop = new CountDownLatch(1);
        Interrupts interrupts = new Interrupts(stop::countDown);
        try {
            WorldPlane plane = plane(world);
            greet(world, plane);
            stop.await();
            spec.commandLine().getOut().println();
            spec.commandLine().getOut().println("Stopping ...");
            spec.commandLine().getOut().flush();
            world.close();
        } finally {
            interrupts.close();
        }
        return IsochroneMain.OK;
    }

    private WorldPlane plane(World world) throws InterruptedException {
        try {
            return world.startPlane(address("--control-port", controlPort));
        } catch (IOException | IllegalArgumentException | IllegalStateException | StoreException e) {
            world.close();
            throw new CommandFailedException(
                    IsochroneMain.USAGE, "control plane: " + e.getMessage() + " (see --control-port)");
        }
    }

    private static HostPort address(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw new CommandFailedException(IsochroneMain.USAGE, option + ": " + port + " (expected: 0 to 65535)");
        }
        return new HostPort("127.0.0.1", port);
    }

    private void greet(World world, WorldPlane plane) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("@|bold Isochrone|@ is up: every request goes to the nearest healthy region.");
        lines.add("");
        Table table = new Table("what", "where", "backend");
        table.row("router", "127.0.0.1:" + world.port(), "");
        table.row("admin", "127.0.0.1:" + world.adminPort(), "");
        table.row("control plane", "https://localhost:" + plane.port() + "/portal/", "");
        for (RegionStatus region : world.status()) {
            table.row(
                    region.region().displayName() + (region.primary() ? " (primary)" : ""),
                    region.nodes().stream().map(HostPort::toString).collect(Collectors.joining(" ")),
                    region.backend());
        }
        List<String> rows = table.lines();
        lines.add("@|bold " + rows.get(0) + "|@");
        lines.addAll(rows.subList(1, rows.size()));
        lines.add("");
        lines.add(noDelay ? "Without simulated distance. Try:" : "The distance between places is simulated. Try:");
        lines.add("");
        LoadClients clients = LoadClients.world();
        for (String city : CITIES) {
            LoadClient client = clients.city(city);
            lines.add("  curl -i -H 'X-Forwarded-For: " + client.address() + "' http://127.0.0.1:" + world.port()
                    + "/hello   @|faint # " + city + "|@");
        }
        String admin = world.adminPort() == WorldCommand.DEFAULT_ADMIN_PORT ? "" : " --admin-port " + world.adminPort();
        lines.add("");
        lines.add("In a second terminal:");
        lines.add("");
        lines.add("  isochrone world offline brazilsouth" + admin + "   @|faint # Lima is served from East US|@");
        lines.add("  isochrone world online brazilsouth" + admin + "    @|faint # and comes home|@");
        lines.add("  curl 'http://127.0.0.1:" + world.adminPort() + "/explain?client="
                + clients.city("Lima").address() + "'   @|faint # why|@");
        String follow = " --control https://localhost:" + plane.port();
        lines.add("");
        lines.add("The page, signed in with the token in " + plane.operatorToken() + ", adds, scales and removes");
        lines.add("regions; so do commands. A node of a new region joins with:");
        lines.add("");
        lines.add("  export ISOCHRONE_TOKEN_FILE=" + plane.operatorToken() + " ISOCHRONE_CA_FILE=" + plane.authority());
        lines.add("  isochrone region add japaneast --no-wait" + follow);
        lines.add("  isochrone gateway --region japaneast" + follow + " \\");
        lines.add("    --token-file " + plane.nodeToken() + " --control-ca " + plane.authority());
        lines.add("");
        lines.add("Ctrl-C stops it.");
        PrintWriter out = spec.commandLine().getOut();
        Ansi ansi = spec.commandLine().getColorScheme().ansi();
        lines.forEach(line -> out.println(ansi.string(line)));
        out.flush();
    }
}
