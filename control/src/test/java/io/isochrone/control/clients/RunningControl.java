package io.isochrone.control.clients;

import io.isochrone.control.access.CertificateAuthority;
import io.isochrone.control.access.CertificateKeeper;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.access.Tokens;
import io.isochrone.control.access.TokensEndpoint;
import io.isochrone.control.arm.ArmException;
import io.isochrone.control.arm.ManagementEndpoint;
import io.isochrone.control.arm.ManagementSettings;
import io.isochrone.control.arm.Operations;
import io.isochrone.control.arm.ServiceHandler;
import io.isochrone.control.arm.SubscriptionHandler;
import io.isochrone.control.http.ControlServer;
import io.isochrone.control.http.Mount;
import io.isochrone.control.store.SqliteStore;
import io.isochrone.control.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A control plane as clients see it: TLS, tokens, the management contract, a store in one file; its nodes follow at once.
 *
 * <p>Thread-safe.
 */
public final class RunningControl implements AutoCloseable {
    private static final long TICK_MILLIS = 50;

    private final Path folder;
    private final Store store;
    private final Operations operations;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private final ControlServer server;

    private RunningControl(Path folder) throws IOException {
        this.folder = folder;
        InstantSource clock = InstantSource.system();
        store = SqliteStore.open(folder);
        FollowingFleet fleet = new FollowingFleet("westeurope", "eastasia");
        Tokens tokens = new Tokens(store, clock, System::nanoTime);
        tokens.first(token());
        CertificateAuthority authority = CertificateAuthority.in(folder, clock.instant());
        CertificateKeeper certificates =
                CertificateKeeper.own(authority, folder, List.of("localhost", "127.0.0.1"), clock.instant());
        operations = new Operations(store, fleet, clock, Duration.ofSeconds(20), Duration.ofSeconds(5));
        ManagementSettings settings = ManagementSettings.DEFAULTS;
        ManagementEndpoint management = new ManagementEndpoint(
                new ServiceHandler(store, fleet, SecretBox.open(folder), operations, settings, clock),
                new SubscriptionHandler(store, settings),
                (call, service, rest) -> {
                    throw ArmException.notFound(call.path());
                });
        server = ControlServer.start(
                "127.0.0.1",
                0,
                certificates.keys().context(),
                tokens,
                List.of(
                        Mount.of("/subscriptions", management),
                        Mount.of("/tenants", management),
                        Mount.of("/control/v1/tokens", new TokensEndpoint(tokens))));
        ticks.scheduleWithFixedDelay(operations::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Starts one with its data in a folder. */
    public static RunningControl start(Path folder) throws IOException {
        return new RunningControl(folder);
    }

    /** Where it listens. */
    public String url() {
        return "https://localhost:" + server.port();
    }

    /** The file with an operator's token. */
    public Path token() {
        return folder.resolve("operator.token");
    }

    /** The file with its authority's certificate. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        server.close();
        operations.close();
        store.close();
    }
}
