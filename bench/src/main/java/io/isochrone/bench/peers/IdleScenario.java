package io.isochrone.bench.peers;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What an idle client connection costs each peer: the growth of a fresh process over {@value #CONNECTIONS} connections that sent one
 * request each.
 *
 * <p>Of a JVM the heap's own pages would say little: those that earlier garbage touched are resident already. So its figure is the
 * live heap after a collection and everything resident outside the heap, direct buffers too. What the compiler gives back meanwhile is
 * no merit of connections: outside the heap only growth counts.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class IdleScenario {
    private static final int CONNECTIONS = 2000;
    private static final int WARM_UP_SECONDS = 6;
    private static final long REST_MILLIS = 2000;

    private final Rig rig;
    private final Load load;
    private final PeersPlan plan;
    private final Consumer<String> progress;

    IdleScenario(Rig rig, PeersPlan plan, Consumer<String> progress) {
        this.rig = rig;
        this.load = new Load(rig);
        this.plan = plan;
        this.progress = progress;
    }

    /** Memory in KiB; {@code heap} is 0 for what is no JVM. Immutable. */
    private record Memory(long heap, long outside, long resident) {
        double growthSince(Memory earlier) {
            return (heap - earlier.heap + Math.max(0, outside - earlier.outside)) / (double) CONNECTIONS;
        }
    }

    /** Measures; each run starts its peer anew. */
    ScenarioResult run() throws IOException, InterruptedException {
        rig.prepare(plan.peers());
        Rounds rounds = new Rounds(plan.runs(), progress);
        List<String> subjects = plan.peers().stream().map(Peer::word).toList();
        rounds.run(Scenario.IDLE.word(), subjects, this::once);
        return new ScenarioResult(Scenario.IDLE, rounds.results(), rounds.missing(), List.of(), null);
    }

    private Run once(String subject) throws IOException, InterruptedException {
        Target target = rig.start(Peer.of(subject), Rig.Variant.PLAIN);
        List<Socket> open = new ArrayList<>();
        try {
            load.drive(Scenario.IDLE.shape(), target.ports().plain(), WARM_UP_SECONDS);
            Probe.pause(REST_MILLIS);
            Memory before = memory(target);
            for (int i = 0; i < CONNECTIONS; i++) {
                rig.children.check();
                Socket socket = Probe.connect(target.ports().plain());
                open.add(socket);
                Probe.exchange(socket, LoadShape.SMALL);
            }
            Probe.pause(REST_MILLIS);
            Memory after = memory(target);
            Map<String, Double> details = new LinkedHashMap<>();
            details.put("connections", (double) CONNECTIONS);
            details.put("residentBeforeMib", before.resident() / 1024.0);
            details.put("residentAfterMib", after.resident() / 1024.0);
            details.put("residentKibEach", each(before.resident(), after.resident()));
            if (target.isOurs()) {
                details.put("heapKibEach", each(before.heap(), after.heap()));
                details.put("outsideHeapKibEach", each(before.outside(), after.outside()));
            }
            return new Run(Map.of("idle", after.growthSince(before)), details, null);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
            rig.stop(target);
        }
    }

    private static double each(long before, long after) {
        return (after - before) / (double) CONNECTIONS;
    }

    private Memory memory(Target target) throws IOException, InterruptedException {
        if (!target.isOurs()) {
            long resident = CpuMeter.residentKib(target.children());
            return new Memory(0, resident, resident);
        }
        long pid = target.children().get(0).pid();
        Jcmd jcmd = new Jcmd(rig);
        jcmd.run(pid, "GC.run");
        jcmd.run(pid, "GC.run");
        jcmd.tryTo(pid, "System.trim_native_heap");
        ProcText.Heap heap = ProcText.heap(jcmd.run(pid, "GC.heap_info"));
        long outside = ProcText.residentOutside(CpuMeter.text(pid, "smaps", ""), heap);
        return new Memory(heap.usedKib(), outside, CpuMeter.residentKib(target.children()));
    }
}
