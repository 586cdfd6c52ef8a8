package io.isochrone.bench.peers;

import io.isochrone.bench.load.LoadPlan;
import io.isochrone.bench.load.LoadRun;
import io.isochrone.bench.load.LoadTally;
import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Drives load against ports of loopback, by a program or by our own client. Not thread-safe; confined to its owner. */
final class Load {
    /** What our own client sends per second. */
    static final int RATE = 2000;

    /** How long a peer without a just-in-time compiler is warmed up at most. */
    static final int NATIVE_WARM_UP_SECONDS = 2;

    private static final int CONNECTIONS = 64;

    /** How much longer than its load a program may take. */
    private static final int GRACE_SECONDS = 15;

    private final Rig rig;

    Load(Rig rig) {
        this.rig = rig;
    }

    /** Why load of that shape cannot be made here, or null. */
    @Nullable
    String impossible(LoadShape shape) {
        if (LoadTool.choose(rig.tools, shape) != null || isOwn(shape)) {
            return null;
        }
        return Tools.missing(Tools.H2LOAD);
    }

    private static boolean isOwn(LoadShape shape) {
        return shape.protocol() == LoadShape.Protocol.H1;
    }

    /** What a reader of the figures should know of the load, or null. */
    @Nullable
    String note(LoadShape shape) {
        return LoadTool.choose(rig.tools, shape) != null
                ? null
                : "load: our own client at " + RATE
                        + "/s, which does not fill a processor (expected: wrk or h2load; on "
                        + "Debian, apt-get install wrk nghttp2-client)";
    }

    /** Sends for so many seconds. Throws IllegalArgumentException with what the program said when that is no result. */
    LoadFigures drive(LoadShape shape, int port, int seconds) throws IOException, InterruptedException {
        LoadTool tool = LoadTool.choose(rig.tools, shape);
        if (tool == null) {
            LoadTally tally = openLoop(shape, port, seconds);
            return new LoadFigures(tally.succeeded(), tally.failed(), (double) tally.succeeded() / seconds);
        }
        Path folder = rig.files.folder("load");
        Child child = rig.children.start(rig.pinning.other(tool.command(shape, port, seconds, rig.files)), folder);
        boolean ended = child.awaitEnd(seconds + GRACE_SECONDS);
        rig.children.stop(child);
        rig.children.check();
        if (!ended) {
            throw new IOException(tool.name() + ": not at its end after " + (seconds + GRACE_SECONDS) + " s");
        }
        return tool.parse(child.output());
    }

    /** Drives for so many seconds, or fewer when it is not ours, as fast as can be; 0: not at all. */
    void warmUp(LoadShape shape, Target target, int seconds) throws IOException, InterruptedException {
        int time = target.isOurs() ? seconds : Math.min(NATIVE_WARM_UP_SECONDS, seconds);
        if (time > 0) {
            try {
                drive(shape, target.port(shape.protocol()), time);
            } catch (IllegalArgumentException e) {
                // The measured runs say what is wrong.
            }
        }
    }

    /** Sends {@link #RATE} requests a second, whatever becomes of them, and counts latency from when each was due. */
    LoadTally openLoop(LoadShape shape, int port, int seconds) throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                new HostPort("127.0.0.1", port),
                "127.0.0.1:" + port,
                shape.path(),
                shape.postBytes() > 0 ? "POST" : "GET",
                shape.postBytes(),
                RATE,
                Duration.ofSeconds(seconds),
                null,
                CONNECTIONS,
                Duration.ofSeconds(5),
                1);
        LoadTally tally = new LoadTally();
        try (Transport transport = Transport.start("load", 1)) {
            LoadRun run = LoadRun.start(transport, plan, tally);
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + GRACE_SECONDS);
            while (true) {
                try {
                    run.done().get(100, TimeUnit.MILLISECONDS);
                    return tally;
                } catch (TimeoutException e) {
                    rig.children.check();
                    if (System.nanoTime() - giveUp > 0) {
                        throw new IOException("load: not at its end after " + (seconds + GRACE_SECONDS) + " s");
                    }
                } catch (ExecutionException e) {
                    throw new IOException("load: " + e.getCause(), e);
                }
            }
        }
    }
}
