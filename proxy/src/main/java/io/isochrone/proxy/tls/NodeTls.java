package io.isochrone.proxy.tls;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.PemFile;
import io.isochrone.config.model.UpstreamTls;
import io.isochrone.config.problem.InvalidConfigException;
import io.isochrone.config.problem.Problem;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a node while it runs: what its event loops use for new connections, and how that is replaced when the configuration or a
 * file changes. Whatever cannot be used is refused as a whole and what was there before serves on.
 *
 * <p>A file counts as changed when its content is another, whatever its time stamp says, and two looks in a row saw the same: half of
 * a copied file, or a new chain beside the old key, is often gone a moment later.
 *
 * <p>Thread-safe: changes are taken one at a time by whoever controls the node; event loops read {@link #server} and {@link #client},
 * once for each new connection.
 */
public final class NodeTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

    /** Both sides, and of which contents of which files each was made. */
    private record Contexts(
            ConnectionSettings settings,
            @Nullable ServerTls server,
            String serverFiles,
            @Nullable ClientTls client,
            String clientFiles) {
        /** What all files held. */
        String fingerprint() {
            return serverFiles + clientFiles;
        }
    }

    private final List<EventExecutor> users = new ArrayList<>();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final Map<String, Integer> warned = new HashMap<>();
    private final TicketKeys tickets;
    private volatile Contexts current;
    private volatile String lastProblem = "";
    private @Nullable String candidate;
    private String judged;
    private boolean closed;

    private NodeTls(Contexts first, long nowNanos) {
        this.current = first;
        this.judged = first.fingerprint();
        this.tickets = new TicketKeys(nowNanos);
        if (first.server != null) {
            first.server.use(tickets);
        }
    }

    /** Reads the files that the settings name; blocks. Throws with every problem of them. */
    public static NodeTls open(ConnectionSettings settings) {
        return new NodeTls(make(settings, PemFiles.read(files(settings)), null), System.nanoTime());
    }

    /** Without TLS on either side. */
    public static NodeTls plain() {
        return open(ConnectionSettings.PLAIN);
    }

    private static List<PemFile> files(ConnectionSettings settings) {
        List<PemFile> files = new ArrayList<>(files(settings.tls()));
        files.addAll(files(settings.upstreamTls()));
        return files;
    }

    private static List<PemFile> files(@Nullable ListenerTls listener) {
        List<PemFile> files = new ArrayList<>();
        if (listener != null) {
            listener.certificates().forEach(each -> add(files, each));
            add(files, listener.clientCa());
        }
        return files;
    }

    private static List<PemFile> files(@Nullable UpstreamTls upstream) {
        List<PemFile> files = new ArrayList<>();
        if (upstream != null) {
            add(files, upstream.certificate());
            add(files, upstream.ca());
        }
        return files;
    }

    private static void add(List<PemFile> files, @Nullable CertificateFiles pair) {
        if (pair != null) {
            files.add(pair.chain());
            files.add(pair.key());
        }
    }

    private static void add(List<PemFile> files, @Nullable PemFile file) {
        if (file != null) {
            files.add(file);
        }
    }

    /** Makes what differs from {@code old} and keeps the rest, so that a new server certificate ends no upstream connection. */
    private static Contexts make(ConnectionSettings settings, PemFiles read, @Nullable Contexts old) {
        ListenerTls listener = settings.tls();
        UpstreamTls upstream = settings.upstreamTls();
        String serverFiles = read.fingerprint(files(listener));
        String clientFiles = read.fingerprint(files(upstream));
        ServerTls server = null;
        ClientTls client = null;
        if (old != null && old.serverFiles.equals(serverFiles)) {
            server = old.server != null && old.server.settings().equals(listener) ? old.server : null;
        }
        if (old != null && old.clientFiles.equals(clientFiles)) {
            boolean same = old.client != null
                    && (upstream == null
                            || old.client.settings().equals(upstream)); // requests under way may still need it
            client = same ? old.client : null;
        }
        ServerTls fresh = server == null && listener != null ? ServerTls.of(listener, read) : null;
        try {
            return new Contexts(
                    settings,
                    server == null ? fresh : server,
                    serverFiles,
                    client == null && upstream != null ? ClientTls.of(upstream, read) : client,
                    clientFiles);
        } catch (RuntimeException e) {
            release(fresh, null);
            throw e;
        }
    }

    /** Counts the loops among those that may use what {@link #server} and {@link #client} return. */
    public synchronized void usedBy(EventLoopGroup loops) {
        loops.forEach(users::add);
    }

    /** For new connections of clients; null: the listener speaks plain text. To be used within one task of an event loop. */
    public @Nullable ServerTls server() {
        return current.server;
    }

    /**
     * For new connections to upstreams that are spoken to by TLS; null: there are none, or the node is ending. To be used within one
     * task of an event loop.
     */
    public @Nullable ClientTls client() {
        return current.client;
    }

    /**
     * Takes changed settings and reads their files; blocks. Throws and changes nothing when something cannot be used, or when TLS of
     * the listener would be switched on or off, which takes a restart.
     */
    public synchronized void reload(ConnectionSettings settings) {
        if ((settings.tls() == null) != (current.settings.tls() == null)) {
            throw new IllegalArgumentException("tls: " + (settings.tls() == null ? "switched off" : "switched on")
                    + " (expected: as when the node started); restart the node for this");
        }
        PemFiles read = PemFiles.read(files(settings));
        Contexts next = make(settings, read, current);
        if (next.server == current.server && next.client == current.client) {
            current = next; // the files may be named in another place by now
            return;
        }
        take(next, clientsAreTheSame(current, next, read));
    }

    /** Looks at the files again, and after keys and certificates that grow old; to be called about twice a second. Blocks; throws nothing. */
    public synchronized void poll(long nowNanos, long epochSeconds) {
        if (closed) {
            return;
        }
        ServerTls server = current.server;
        if (server != null && tickets.rotate(nowNanos)) {
            server.use(tickets);
        }
        try {
            look();
        } catch (InvalidConfigException e) {
            refused(e);
        } catch (RuntimeException e) { // a bug; an exception that gets out would end the watching
            LOG.error("certificates could not be taken", e);
        }
        warn(epochSeconds);
    }

    private void look() {
        List<PemFile> files = files(current.settings);
        if (files.isEmpty()) {
            return;
        }
        PemFiles read = PemFiles.read(files);
        String now = read.fingerprint(files);
        if (now.equals(judged)) {
            candidate = null;
            if (now.equals(current.fingerprint())) {
                lastProblem = "";
            }
        } else if (!now.equals(candidate)) {
            candidate = now;
        } else {
            candidate = null;
            judged = now;
            if (now.equals(current.fingerprint())) {
                lastProblem = "";
                LOG.info("certificate files hold again what is in force");
            } else {
                Contexts next = make(current.settings, read, current);
                take(next, clientsAreTheSame(current, next, read));
            }
        }
    }

    private void refused(InvalidConfigException e) {
        Problem problem = e.problems().get(0);
        if (!problem.toString().equals(lastProblem)) {
            lastProblem = problem.toString();
            refusals.incrementAndGet();
            LOG.warn("certificates refused, the old ones serve on problem={}", problem);
        }
    }

    private void take(Contexts next, boolean sameClients) {
        Contexts old = current;
        ServerTls server = next.server;
        if (server != null && server != old.server) {
            if (!sameClients) {
                tickets.renew(System.nanoTime()); // a session of a client that is no longer good must not be resumed
            }
            server.use(tickets);
        }
        current = next;
        judged = next.fingerprint();
        lastProblem = "";
        loads.incrementAndGet();
        LOG.info("certificates taken files={}", files(next.settings));
        retire(next.server == old.server ? null : old.server, next.client == old.client ? null : old.client);
    }

    /** Whether the listener asks the same of its clients as before. */
    private static boolean clientsAreTheSame(Contexts old, Contexts next, PemFiles read) {
        ListenerTls before = old.settings.tls();
        ListenerTls after = next.settings.tls();
        if (before == null || after == null || before.clientAuth() != after.clientAuth()) {
            return false;
        }
        PemFile authorities = after.clientCa();
        return authorities == null
                ? before.clientCa() == null
                : old.serverFiles.contains(read.fingerprint(List.of(authorities)));
    }

    /** Gives contexts up when every event loop has ended the task in which it may have read them. */
    private void retire(@Nullable ServerTls server, @Nullable ClientTls client) {
        AtomicInteger left = new AtomicInteger(users.size() + 1);
        Runnable passed = () -> {
            if (left.decrementAndGet() == 0) {
                release(server, client);
            }
        };
        for (EventExecutor user : users) {
            try {
                user.execute(passed);
            } catch (RejectedExecutionException e) {
                passed.run(); // that loop has ended
            }
        }
        passed.run();
    }

    private static void release(@Nullable ServerTls server, @Nullable ClientTls client) {
        if (server != null) {
            server.release();
        }
        if (client != null) {
            client.release();
        }
    }

    private void warn(long epochSeconds) {
        notAfterSeconds().forEach((file, notAfter) -> {
            int days = ExpiryWarning.daysFor(notAfter - epochSeconds);
            Integer before = days < 0 ? warned.remove(file) : warned.put(file, days);
            if (days == 0 && !Objects.equals(before, days)) {
                LOG.warn("certificate has ended file={}; replace the file, it is taken without a restart", file);
            } else if (days > 0 && !Objects.equals(before, days)) {
                LOG.warn(
                        "certificate ends within {} days file={}; replace the file, it is taken without a restart",
                        days,
                        file);
            }
        });
    }

    /** When each certificate ends, as seconds since 1970, by the chain's file. */
    public Map<String, Long> notAfterSeconds() {
        Map<String, Long> ends = new TreeMap<>();
        Contexts now = current;
        if (now.server != null) {
            now.server.certificates().forEach(each -> ends.put(each.file().path(), each.notAfterSeconds()));
        }
        CertificateAndKey own = now.client == null ? null : now.client.certificate();
        if (own != null) {
            ends.put(own.file().path(), own.notAfterSeconds());
        }
        return ends;
    }

    /** How many changes were taken. */
    public long loads() {
        return loads.get();
    }

    /** How many changes of files were refused. */
    public long refusals() {
        return refusals.get();
    }

    /** The first problem of what the files hold now; empty when they are in force. */
    public String lastProblem() {
        return lastProblem;
    }

    /** Gives everything up; the event loops that used it must have ended or hold no more connections to open. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Contexts last = current;
            current = new Contexts(last.settings, null, "", null, "");
            retire(last.server, last.client);
        }
    }
}
