package io.isochrone.control.portal;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.control.access.CertificateAuthority;
import io.isochrone.control.access.ServingKeys;
import io.isochrone.control.http.Authenticator;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.ControlServer;
import io.isochrone.control.http.Lines;
import io.isochrone.control.http.Mount;
import io.isochrone.control.http.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The portal on the control plane's own server, with a scripted service and fleet behind it. Thread-safe. */
final class PortalServer implements AutoCloseable {
    static final String OPERATOR = "operators-token";
    static final String READER = "readers-token";
    static final String NODE = "nodes-token";
    private static final Map<String, Caller> TOKENS = Map.of(
            OPERATOR, new Caller("ada@example.test", Caller.Role.OPERATOR, null, null),
            READER, new Caller("grace", Caller.Role.READER, null, null),
            NODE, new Caller("node", Caller.Role.NODE, "contoso", "westeurope"));

    final ScriptedFleet fleet = new ScriptedFleet();
    volatile ScriptedService service;

    /** Whether the control plane lets pages feed. */
    volatile boolean feeding = true;

    /** Whether feeds that are open say anything. */
    volatile boolean silent;

    private volatile boolean revoked;
    private final ControlServer server;
    private final List<Lines> feeds = new CopyOnWriteArrayList<>();
    private final Feed feed;

    PortalServer(ScriptedService service, Path folder, Duration tick) throws IOException {
        this.service = service;
        feed = new Feed(name -> this.service.seen(name), fleet, RegionCatalogue.clouds(), tick);
        FeedEndpoint endpoint = new FeedEndpoint(feed);
        Instant now = Instant.now();
        server = ControlServer.start(
                "localhost",
                0,
                new ServingKeys(CertificateAuthority.in(folder, now).issue(List.of("localhost"), now)).context(),
                (authorization, address) -> check(authorization),
                List.of(
                        Mount.open(PortalEndpoint.ROOT, new PortalEndpoint()),
                        Mount.of(PortalEndpoint.ROOT + "/session", new SessionEndpoint()),
                        Mount.stream(
                                PortalEndpoint.ROOT + "/feed",
                                (call, lines) -> feeding
                                        ? endpoint.open(call, tapped(lines))
                                        : Reply.error(503, "ServiceUnavailable", "not now")),
                        Mount.of("/", call -> CompletableFuture.completedFuture(manage(call)))));
    }

    String url() {
        return "https://localhost:" + server.port() + "/portal/";
    }

    /** Ends the feeds that are open. */
    void cut() {
        feeds.forEach(Lines::close);
        feeds.clear();
    }

    /** No token is good from now on, or all are again. */
    void revoke(boolean all) {
        revoked = all;
    }

    private Authenticator.Verdict check(@Nullable String authorization) {
        Caller caller = authorization == null || revoked ? null : TOKENS.get(authorization.replace("Bearer ", ""));
        return caller == null
                ? Authenticator.Verdict.refused(Reply.error(401, "AuthenticationFailed", "token not known"))
                : Authenticator.Verdict.of(caller);
    }

    private Reply manage(Call call) {
        if (!call.method().equals("GET") && !call.caller().mayChange()) {
            return Reply.error(403, "AuthorizationFailed", "This token may only read.");
        }
        return service.answer(call.method(), call.path(), call.headers(), call.body());
    }

    private Lines tapped(Lines lines) {
        feeds.add(lines);
        return new Lines() {
            @Override
            public boolean send(String text) {
                return silent || lines.send(text);
            }

            @Override
            public void close() {
                lines.close();
            }

            @Override
            public void onEnd(Runnable task) {
                lines.onEnd(task);
            }
        };
    }

    @Override
    public void close() {
        feed.close();
        server.close();
    }
}
