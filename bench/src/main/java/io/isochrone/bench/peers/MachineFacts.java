package io.isochrone.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a side-by-side runs on. Thread-safe: no state. */
final class MachineFacts {
    private MachineFacts() {}

    /** By name, in the order in which it is shown. */
    static Map<String, String> collect(Rig rig) throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("processor", processor());
        facts.put("processors", rig.pinning.allowed().isEmpty() ? "unknown" : rig.pinning.allowed());
        facts.put("pinning", rig.pinning.describe());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("origin", rig.describeOrigin());
        facts.put("haproxy", version(rig, "haproxy", "-v"));
        facts.put("nginx", version(rig, "nginx", "-v"));
        facts.put("wrk", version(rig, Tools.WRK, "-v"));
        facts.put("h2load", version(rig, Tools.H2LOAD, "--version"));
        String home = System.getProperty("isochrone.home");
        facts.put(
                "commit",
                home == null ? "unknown" : version(rig, "git", "-C", home, "describe", "--always", "--dirty"));
        return facts;
    }

    private static String processor() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return System.getProperty("os.arch");
    }

    /** The first line that a program says to these arguments. */
    private static String version(Rig rig, String name, String... args) throws IOException, InterruptedException {
        String path = rig.tools.find(name);
        if (path == null) {
            return "not found";
        }
        List<String> command = new ArrayList<>(List.of(path));
        command.addAll(List.of(args));
        Child child = rig.children.start(command, rig.files.folder(name));
        child.awaitEnd(5);
        rig.children.stop(child);
        return child.output().lines().findFirst().orElse("unknown").strip();
    }
}
