package io.isochrone.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How our own nodes are started: by the launcher that started this process, as an operator does it, or else with this JVM's class
 * path and the launcher's flags.
 *
 * <p>Thread-safe: no state.
 */
final class OurCommand {
    private static final String MAIN = "io.isochrone.bench.cli.IsochroneMain";

    private OurCommand() {}

    /** The command line up to the arguments. */
    static List<String> prefix() {
        String home = System.getProperty("isochrone.home");
        if (home != null) {
            Path launcher = Path.of(home, "bin", "isochrone");
            if (Files.isExecutable(launcher)) {
                return List.of(launcher.toString());
            }
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=256m",
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.jfr.enabled=false"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        return command;
    }
}
