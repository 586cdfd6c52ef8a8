package io.isochrone.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that sends requests as fast as they are answered, in one thread: wrk or h2load. Thread-safe: immutable. */
final class LoadTool {
    private final String name;
    private final String path;

    private LoadTool(String name, String path) {
        this.name = name;
        this.path = path;
    }

    /** wrk before h2load for HTTP/1.1, h2load for HTTP/2; null when none is there that can do it. */
    static @Nullable LoadTool choose(Tools tools, LoadShape shape) {
        String wrk = tools.find(Tools.WRK);
        String h2load = tools.find(Tools.H2LOAD);
        if (!shape.protocol().isH2() && wrk != null) {
            return new LoadTool(Tools.WRK, wrk);
        }
        return h2load == null ? null : new LoadTool(Tools.H2LOAD, h2load);
    }

    String name() {
        return name;
    }

    /** Loads the port of loopback for so many seconds. {@code files} has what POSTs need. */
    List<String> command(LoadShape shape, int port, int seconds, WorkFolder files) {
        String url = (shape.protocol().isTls() ? "https" : "http") + "://127.0.0.1:" + port + shape.path();
        List<String> command = new ArrayList<>(List.of(path, "-t1", "-c" + shape.connections()));
        if (name.equals(Tools.WRK)) {
            command.addAll(List.of("-d" + seconds + "s", "--timeout", "5s"));
            if (shape.postBytes() > 0) {
                command.addAll(List.of("-s", files.path(WorkFolder.POST_SCRIPT)));
            }
        } else {
            command.addAll(List.of("-D" + seconds, "-m" + shape.streams()));
            if (!shape.protocol().isH2()) {
                command.add("--h1");
            }
            if (shape.postBytes() > 0) {
                command.addAll(List.of("-d", files.path(WorkFolder.POST_BODY)));
            }
        }
        command.add(url);
        return command;
    }

    /** Reads what it wrote. Throws IllegalArgumentException when that is no result. */
    LoadFigures parse(String output) {
        return name.equals(Tools.WRK) ? LoadFigures.ofWrk(output) : LoadFigures.ofH2load(output);
    }
}
