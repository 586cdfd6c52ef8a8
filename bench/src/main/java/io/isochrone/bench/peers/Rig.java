package io.isochrone.bench.peers;

import io.isochrone.proxy.runtime.BindFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all scenarios share: the files, the origin, and how peers are started and stopped.
 *
 * <p>Not thread-safe; confined to its owner. Only {@link #children} may be stopped by other threads.
 */
final class Rig implements AutoCloseable {
    private static final long READY_NANOS = 60_000_000_000L;
    private static final String HEALTH = "/health";

    final Children children;
    final Tools tools;
    final WorkFolder files;
    final Pinning pinning;
    final CpuMeter meter;
    private final @Nullable FixedOrigin own;
    private final int origin;
    private SideConfigs.@Nullable Pem pem;

    /** How our router is set up. Immutable. */
    enum Variant {
        PLAIN,
        TLS,
        LOGGED
    }

    private Rig(Children children, Tools tools, WorkFolder files, Pinning pinning)
            throws IOException, BindFailedException, InterruptedException {
        this.children = children;
        this.tools = tools;
        this.files = files;
        this.pinning = pinning;
        this.meter = new CpuMeter(children);
        String nginx = tools.find(Peer.NGINX.word());
        if (nginx == null) {
            FixedOrigin started = FixedOrigin.start();
            this.own = started;
            this.origin = started.port();
        } else {
            this.own = null;
            this.origin = Probe.freePort();
            Path folder = files.folder("origin");
            String config = SideConfigs.origin(origin, files.path(WorkFolder.LARGE_BODY));
            Child child = children.start(pinning.other(nginxCommand(nginx, folder, config)), folder);
            await(child, () -> Probe.status(origin, LoadShape.SMALL) == 200);
        }
    }

    /** Starts the origin: nginx when there is one, else one of our own. */
    static Rig open(Tools tools, Children children) throws IOException, InterruptedException, BindFailedException {
        WorkFolder files = WorkFolder.create();
        Pinning pinning = Pinning.start(tools);
        try {
            return new Rig(children, tools, files, pinning);
        } catch (IOException | InterruptedException | BindFailedException e) {
            children.stopAll();
            pinning.close();
            files.close();
            throw e;
        }
    }

    /** The origin's port. */
    int origin() {
        return origin;
    }

    /** For people. */
    String describeOrigin() {
        return own == null ? "nginx" : "our own, slower than nginx (apt-get install nginx)";
    }

    /** Makes what starts of these peers need, so that it takes no time of theirs. */
    void prepare(List<Peer> peers) throws IOException, InterruptedException {
        if (peers.stream().anyMatch(peer -> peer != Peer.OURS)) {
            pem();
        }
    }

    /** Starts a peer and waits until it serves. Throws RefusedException with what it said when it ends before. */
    Target start(Peer peer, Variant variant) throws IOException, InterruptedException {
        Target target = launch(peer, variant, true);
        return awaitServing(target, variant == Variant.TLS);
    }

    /** Starts a peer, on its processor or on any, and does not wait. */
    Target launch(Peer peer, Variant variant, boolean pinned) throws IOException, InterruptedException {
        Path folder = files.folder(peer.word());
        if (peer == Peer.OURS) {
            return router(peer.word(), variant, origin, List.of(), folder, pinned);
        }
        SideConfigs.Ports ports = new SideConfigs.Ports(Probe.freePort(), Probe.freePort(), Probe.freePort());
        String executable = tools.find(peer.word());
        if (executable == null) {
            throw new RefusedException(Tools.missing(peer.word()));
        }
        List<String> command = peer == Peer.NGINX
                ? nginxCommand(executable, folder, SideConfigs.nginx(ports, origin, pem()))
                : List.of(
                        executable,
                        "-db",
                        "-f",
                        write(folder, "haproxy.cfg", SideConfigs.haproxy(ports, origin, pem())));
        List<String> placed = pinned ? pinning.peer(command) : pinning.any(command);
        return new Target(peer.word(), List.of(children.start(placed, folder)), ports, 0);
    }

    /** Starts a gateway node before the origin and a router before that, and waits until both serve. */
    Target startTwoHops() throws IOException, InterruptedException {
        Path folder = files.folder("gateway");
        int node = Probe.freePort();
        String config = write(folder, "gateway.yaml", SideConfigs.ours(1, 2, node, SideConfigs.api(origin), ""));
        List<String> command = new ArrayList<>(OurCommand.prefix());
        command.addAll(
                List.of("gateway", "--config", config, "--region", "westeurope", "--listen", "127.0.0.1:" + node));
        Child gateway = children.start(pinning.peer(command), folder);
        await(gateway, () -> Probe.status(node, SideConfigs.STATUS_PATH) == 200);
        Target target =
                router(Peer.OURS.word(), Variant.PLAIN, node, List.of(gateway), files.folder(Peer.OURS.word()), true);
        return awaitServing(target, false);
    }

    /** Starts a router before the origin. */
    Target startOneHop(String subject) throws IOException, InterruptedException {
        Target target = router(subject, Variant.PLAIN, origin, List.of(), files.folder(subject), true);
        return awaitServing(target, false);
    }

    private Target router(String subject, Variant variant, int node, List<Child> behind, Path folder, boolean pinned)
            throws IOException, InterruptedException {
        int port = Probe.freePort();
        int admin = Probe.freePort();
        String more = switch (variant) {
            case PLAIN -> "";
            case TLS -> SideConfigs.tls(pem());
            case LOGGED -> SideConfigs.accessLog(folder.resolve("access.log").toString());
        };
        String config = write(folder, "router.yaml", SideConfigs.ours(port, admin, node, SideConfigs.NO_API, more));
        List<String> command = new ArrayList<>(OurCommand.prefix());
        command.addAll(List.of("router", "--config", config));
        List<String> placed = pinned ? pinning.peer(command) : pinning.any(command);
        List<Child> all = new ArrayList<>(List.of(children.start(placed, folder)));
        all.addAll(behind);
        return new Target(subject, all, new SideConfigs.Ports(port, port, port), admin);
    }

    /** Waits until a peer serves. Throws RefusedException with what it said when it ends before or takes a minute. */
    Target awaitServing(Target target, boolean tls) throws IOException, InterruptedException {
        Child front = target.children().get(0);
        if (tls) {
            await(front, () -> Probe.accepts(target.ports().tls()));
        } else {
            await(front, () -> Probe.status(target.ports().plain(), LoadShape.SMALL) == 200);
        }
        if (target.isOurs()) {
            await(front, () -> Probe.status(target.admin(), HEALTH) == 200);
        }
        return target;
    }

    /** A question to the world. */
    @FunctionalInterface
    private interface Question {
        boolean isAnswered();
    }

    private void await(Child child, Question ready) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + READY_NANOS;
        while (!ready.isAnswered()) {
            children.check();
            boolean late = System.nanoTime() - giveUp > 0;
            if (late || !child.isAlive()) {
                String message = child.message();
                children.stop(child);
                String silent = late ? "does not serve after a minute" : "ended without a word";
                throw new RefusedException(message.isEmpty() ? silent : message);
            }
            Probe.pause(10);
        }
    }

    private SideConfigs.Pem pem() throws IOException, InterruptedException {
        SideConfigs.Pem made = pem;
        if (made == null) {
            made = Certificate.make(children, files);
            pem = made;
        }
        return made;
    }

    private static List<String> nginxCommand(String nginx, Path folder, String config) throws IOException {
        return List.of(nginx, "-p", folder.toString(), "-c", write(folder, "nginx.conf", config));
    }

    private static String write(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    /** Stops the processes of a peer. */
    void stop(Target target) {
        target.children().forEach(children::stop);
    }

    /** Stops everything and removes the files. */
    @Override
    public void close() throws IOException {
        children.stopAll();
        if (own != null) {
            own.close();
        }
        pinning.close();
        files.close();
    }
}
