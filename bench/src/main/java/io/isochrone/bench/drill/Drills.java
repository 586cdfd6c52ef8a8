package io.isochrone.bench.drill;

import static io.isochrone.bench.drill.DrillLoad.GET;
import static io.isochrone.bench.drill.DrillLoad.MIX;
import static io.isochrone.bench.drill.DrillLoad.POST;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.world.WorldSetup;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.config.problem.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All drills by name, in the order in which {@code all} runs them. Thread-safe: no state. */
public final class Drills {
    /** Where every write fails because the disk is full. */
    static final String FULL_DISK = "/dev/full";

    private static final DrillTimes LONG = DrillTimes.seconds(75, 6, 70);
    private static final WorldSetup PLAIN = WorldSetup.PLAIN;
    private static final Map<String, Drill> ALL = new LinkedHashMap<>();

    static {
        hit("kill-get", "every process of it ends (SIGKILL)", new Fault.Kill(), GET, Goals.worst(20));
        hit("kill-post", "the same under POSTs", new Fault.Kill(), POST, Goals.nothingTwice(), Goals.onlyOnTheWire());
        add(drill("kill-post-key", "the same under POSTs with Idempotency-Key")
                .does(Target.NEAREST, new Fault.Kill())
                .load(POST.withKeys())
                .setup(repeatingWrites())
                .goals(Goals.noFailure()));
        hit(
                "freeze-get",
                "its processes stop and keep their connections (SIGSTOP)",
                new Fault.Freeze(),
                GET,
                Goals.worst(250),
                Goals.slow(300));
        add(drill("freeze-get-h2", "the same with h2 between router and gateways")
                .does(Target.NEAREST, new Fault.Freeze())
                .setup(http2())
                .goals(Goals.noFailure(), Goals.worst(250), Goals.slow(300)));
        hit(
                "black-hole",
                "no byte passes to or from it",
                new Fault.Blackhole(),
                GET,
                Goals.worst(250),
                Goals.slow(300));
        hit("slow-x20", "its distance is 20 times as long", new Fault.Slow(20), GET, Goals.normalWithin(1000));
        add(drill("flap", "its connections are reset for 2 s, well for 2 s, and so on for a minute")
                .does(Target.NEAREST, new Fault.ResetAfter(Fault.Direction.REQUEST, 0))
                .period(Duration.ofSeconds(2))
                .times(DrillTimes.seconds(75, 6, 66))
                .goals(Goals.noFailure(), Goals.moves(4)));
        add(drill("half-503-get", "half of what goes to it is answered 503 on the way, without our mark")
                .does(Target.NEAREST, new Fault.Unavailable(Fault.Answerer.LINK, 0.5))
                .goals(Goals.unavailable(0.1), Goals.attempts(1.1)));
        add(drill("half-503-backend", "half of what its backends get is answered 503 by them")
                .does(Target.NEAREST, new Fault.Unavailable(Fault.Answerer.BACKEND, 0.5))
                .goals(Goals.unavailable(0.1), Goals.attempts(1.1)));
        hit(
                "refuse",
                "its listeners are closed and connections reset, the processes live",
                new Fault.Refuse(),
                GET,
                Goals.worst(20));
        hit(
                "trickle",
                "its answers come byte by byte, twice a second",
                new Fault.Drip(Duration.ofMillis(500)),
                GET,
                Goals.worst(1000));
        hit(
                "reset-head",
                "its answers are cut within their heads (RST)",
                new Fault.ResetWithin(Fault.Part.HEAD),
                GET,
                Goals.worst(250));
        add(drill("reset-body", "its answers are cut within their bodies (RST); what has begun cannot be replaced")
                .does(Target.NEAREST, new Fault.ResetWithin(Fault.Part.BODY))
                .goals(Goals.lastFailure(500)));
        hit("half-close", "it closes its side without answering (FIN)", new Fault.HalfClose(), GET, Goals.worst(250));
        add(drill("garbage", "it answers with bytes that are no HTTP")
                .does(Target.NEAREST, new Fault.Garbage())
                .goals(Goals.lastFailure(500)));
        hit(
                "probes-lie-down",
                "its probes fail while all else is fine",
                new Fault.ProbesLie(false),
                GET,
                Goals.worst(250));
        hit(
                "probes-lie-up",
                "its probes pass while all else is reset",
                new Fault.ProbesLie(true),
                GET,
                Goals.worst(250),
                Goals.attempts(1.2));
        add(drill("one-node", "one of a region's two nodes ends (SIGKILL)")
                .does(Target.ONE_NODE, new Fault.Kill())
                .goals(Goals.noFailure(), Goals.worst(20), Goals.moves(0)));
        add(drill("two-regions", "both end at once (SIGKILL)")
                .does(Target.TWO_NEAREST, new Fault.Kill())
                .goals(Goals.noFailure(), Goals.worst(50)));
        add(drill("all-regions", "all end at once (SIGKILL)")
                .does(Target.ALL, new Fault.Kill())
                .times(DrillTimes.seconds(30, 6, 10))
                .goals(Goals.shed(50), Goals.worst(250), Goals.recovery(2000)));
        add(drill(
                        "clock-jump",
                        "it stops for a second, so that all its timers are due at once; the system's clock stays")
                .does(Target.ROUTER, new Fault.Freeze())
                .times(DrillTimes.seconds(15, 6, 7))
                .goals(Goals.noFailure(), Goals.worst(1500), Goals.recovery(2000)));
        add(drill("disk-full", "access logs cannot be written, from the start; the nearest region ends besides")
                .does(Target.NEAREST, new Fault.Kill())
                .setup(new WorldSetup(true, UpstreamHttp.HTTP_1_1, false, FULL_DISK, 0, Duration.ZERO))
                .goals(Goals.noFailure(), Goals.worst(20)));
        for (boolean http2 : new boolean[] {false, true}) {
            add(drill(
                            "rolling-restart" + (http2 ? "-h2" : ""),
                            "told to end (SIGTERM) and started again, the router reloads"
                                    + (http2 ? "; all by h2" : ""))
                    .does(Target.EACH_NODE, new Fault.Restart())
                    .load(MIX.withHttp2(http2))
                    .times(LONG)
                    .setup(leaving(http2))
                    .goals(Goals.noFailure(), Goals.nothingTwice()));
        }
        add(drill("overload", "it ends (SIGKILL) when 80 % of what all backends can do is asked of them")
                .does(Target.NEAREST, new Fault.Kill())
                .load(new DrillLoad(0, false, false, DrillLoad.Places.BY_NODES, 0.8))
                .times(DrillTimes.seconds(25, 6, 13))
                .goals(Goals.admitted(), Goals.shed(5), Goals.noCollapse(), Goals.recovery(2000)));
        add(drill("dns-moves", "its nodes' names lead to others at other addresses, then the old ones end (SIGTERM)")
                .does(Target.NEAREST, new Fault.NamesMove())
                .times(DrillTimes.seconds(35, 6, 22))
                .setup(PLAIN.withDnsPort(WorldSetup.BY_NAME))
                .goals(Goals.noFailure(), Goals.nothingTwice()));
        add(drill("dns-fails", "DNS answers nothing but SERVFAIL for the nodes' names")
                .does(Target.NEAREST, new Fault.NamesFail())
                .times(DrillTimes.seconds(25, 6, 18))
                .setup(PLAIN.withDnsPort(WorldSetup.BY_NAME))
                .goals(Goals.noFailure(), Goals.moves(0), Goals.worst(50)));
        add(drill("home-again", "it ends (SIGKILL) and its clients are to come home")
                .does(Target.NEAREST, new Fault.Kill())
                .times(DrillTimes.seconds(40, 6, 10))
                .goals(Goals.noFailure(), Goals.homeFirst(2000), Goals.homeFull(12_000)));
    }

    private Drills() {}

    private static WorldSetup repeatingWrites() {
        return new WorldSetup(true, UpstreamHttp.HTTP_1_1, true, "off", 0, Duration.ZERO);
    }

    private static WorldSetup http2() {
        return new WorldSetup(true, UpstreamHttp.HTTP_2, false, "off", 0, Duration.ZERO);
    }

    private static WorldSetup leaving(boolean http2) {
        return new WorldSetup(
                true, http2 ? UpstreamHttp.HTTP_2 : UpstreamHttp.HTTP_1_1, false, "off", 0, Duration.ofSeconds(1));
    }

    /** A drill of the nearest region in which no request may fail, unless POSTs are sent. */
    private static void hit(String name, String about, Fault fault, DrillLoad load, Goal... goals) {
        List<Goal> all = new ArrayList<>();
        if (load.posts() == 0) {
            all.add(Goals.noFailure());
        }
        all.addAll(List.of(goals));
        add(drill(name, about).does(Target.NEAREST, fault).load(load).goals(all.toArray(new Goal[0])));
    }

    private static Draft drill(String name, String about) {
        return new Draft(name, about);
    }

    private static void add(Draft draft) {
        ALL.put(draft.name, draft.drill());
    }

    /** All drills. */
    public static List<Drill> all() {
        return List.copyOf(ALL.values());
    }

    /** The drill of that name. Throws IllegalArgumentException that names the nearest one. */
    public static Drill find(String name) {
        Drill found = ALL.get(name);
        if (found != null) {
            return found;
        }
        String meant = Suggestion.nearest(name, List.copyOf(ALL.keySet()));
        throw new IllegalArgumentException(
                "drill: \"" + name + "\" (expected: a name of isochrone bench drill --list, or all"
                        + (meant == null ? "" : "; did you mean \"" + meant + "\"?") + ")");
    }

    /** A drill in the making: GETs, the usual times and world unless said otherwise. Not thread-safe; confined to its owner. */
    private static final class Draft {
        private final String name;
        private final String about;
        private Target target = Target.NEAREST;
        private Fault fault = new Fault.Pass();
        private Duration period = Duration.ZERO;
        private DrillLoad load = GET;
        private DrillTimes times = DrillTimes.USUAL;
        private WorldSetup setup = PLAIN;
        private List<Goal> goals = List.of();

        Draft(String name, String about) {
            this.name = name;
            this.about = about;
        }

        Draft does(Target to, Fault what) {
            target = to;
            fault = what;
            return this;
        }

        Draft period(Duration length) {
            period = length;
            return this;
        }

        Draft load(DrillLoad sent) {
            load = sent;
            return this;
        }

        Draft times(DrillTimes course) {
            times = course;
            return this;
        }

        Draft setup(WorldSetup world) {
            setup = world;
            return this;
        }

        Draft goals(Goal... wanted) {
            goals = List.of(wanted);
            return this;
        }

        Drill drill() {
            return new Drill(name, about, target, fault, period, load, times, setup, goals);
        }
    }
}
