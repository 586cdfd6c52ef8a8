package io.isochrone.proxy.rehearsal;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A rehearsal of a node: a second instance of it on loopback proxies a few thousand requests of ours to origins of ours, one of which
 * keeps failing.
 *
 * <p>What goes wrong without it: the compiler throws away what has never happened. A process that served for hours and never saw an
 * upstream die has fast code for everything but that, and gives it up in the moment of the first failure, for all requests at once;
 * a process that has just been started interprets the first requests of a whole region that comes home.
 *
 * <p>Not thread-safe; confined to the rehearsing thread.
 */
public final class Rehearsal implements AutoCloseable {
    private static final int CLIENTS = 16;
    private static final int DIE_EVERY = 40;
    private static final int RECONNECT_EVERY_ROUNDS = 8;

    private final Transport transport = Transport.start("rehearsal", 1);
    private final RehearsalOrigin steady;
    private final RehearsalOrigin faulty;

    /**
     * How it went.
     *
     * <p>Immutable.
     *
     * @param requests that were sent
     * @param good of these: answered with 200
     * @param took how long it was
     */
    public record Result(int requests, int good, Duration took) {}

    /** Opens the origins. */
    public Rehearsal() throws BindFailedException {
        RehearsalOrigin opened = null;
        try {
            opened = RehearsalOrigin.start(transport, 0);
            faulty = RehearsalOrigin.start(transport, DIE_EVERY);
            steady = opened;
        } catch (BindFailedException e) {
            if (opened != null) {
                opened.close();
            }
            transport.close();
            throw e;
        }
    }

    /** An upstream that always answers. */
    public HostPort steady() {
        return steady.address();
    }

    /** An upstream whose connections all die instead of every {@value #DIE_EVERY}th answer. */
    public HostPort faulty() {
        return faulty.address();
    }

    /**
     * Sends up to {@code requests} to the node on loopback port {@code port}; blocks, and for no longer than {@code limit} and one
     * read's wait of half a second.
     */
    public Result run(int port, int requests, Duration limit) {
        long start = System.nanoTime();
        long end = start + limit.toNanos();
        List<@Nullable RehearsalClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(null);
        }
        int sent = 0;
        int good = 0;
        for (int round = 0; sent < requests && System.nanoTime() - end < 0; round++) {
            for (int i = 0; i < CLIENTS; i++) {
                sent++;
                clients.set(i, send(clients.get(i), port, sent, (round + i) % RECONNECT_EVERY_ROUNDS == 0));
            }
            for (int i = 0; i < CLIENTS; i++) {
                RehearsalClient client = clients.get(i);
                boolean late = System.nanoTime() - end >= 0;
                int status = client == null || late ? 0 : receive(client);
                good += status == 200 ? 1 : 0;
                if (status == 0) {
                    closeIfOpen(client);
                    clients.set(i, null);
                }
            }
        }
        clients.forEach(Rehearsal::closeIfOpen);
        return new Result(sent, good, Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
    }

    private static @Nullable RehearsalClient send(@Nullable RehearsalClient open, int port, int number, boolean anew) {
        RehearsalClient client = open;
        try {
            if (client == null || anew) {
                closeIfOpen(client);
                client = null;
                client = new RehearsalClient(port);
            }
            client.send(number);
            return client;
        } catch (IOException e) {
            closeIfOpen(client);
            return null;
        }
    }

    /** The status code, or 0 when there was no answer: then the connection is of no use. */
    private static int receive(RehearsalClient client) {
        try {
            return client.receive();
        } catch (IOException e) {
            return 0;
        }
    }

    private static void closeIfOpen(@Nullable RehearsalClient client) {
        if (client != null) {
            client.close();
        }
    }

    @Override
    public void close() {
        steady.close();
        faulty.close();
        transport.close();
    }
}
