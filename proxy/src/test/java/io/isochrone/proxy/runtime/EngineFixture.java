package io.isochrone.proxy.runtime;

import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.balance.UpstreamProtocol;
import io.isochrone.proxy.exchange.Dispatch;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.http.RequestHead;
import io.isochrone.proxy.outcome.ConnectionFault;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.HedgeResult;
import io.isochrone.proxy.outcome.Outcome;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.isochrone.proxy.resilience.Bulkhead;
import io.isochrone.proxy.tls.NodeTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An engine with one event loop whose plan is a fixed list of ports. Not thread-safe; confined to its test. */
final class EngineFixture implements AutoCloseable {
    final Transport transport;
    final AtomicInteger displaced = new AtomicInteger();
    final BlockingQueue<ConnectionRefusal> refusals = new LinkedBlockingQueue<>();
    final ProxyServer server;
    final BlockingQueue<ExchangeRecord> records = new LinkedBlockingQueue<>();
    final BlockingQueue<ConnectionFault> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<ConnectionFault> upstreamFaults = new LinkedBlockingQueue<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    final BlockingQueue<ProxyProtocolFault> proxyFaults = new LinkedBlockingQueue<>();
    final BlockingQueue<HandshakeResult> handshakes = new LinkedBlockingQueue<>();
    private final NodeTls tls;
    final AtomicInteger tunnels = new AtomicInteger();
    final AtomicInteger forgotten = new AtomicInteger();
    /** Of connections that are accepted from now on; 0: as the system has it. */
    volatile int sendBuffer;

    final Bulkhead bulkhead = new Bulkhead(1000);
    final BlockingQueue<HedgeResult> hedges = new LinkedBlockingQueue<>();
    /** What spoke against an endpoint. */
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();

    /** Regions whose endpoints are out because they say nothing. */
    final Set<String> mute = ConcurrentHashMap.newKeySet();

    volatile Object attachment = "none";
    volatile EngineSettings settings;
    boolean repeatWrites;

    EngineFixture(Limits limits, Timeouts timeouts, int... ports) throws Exception {
        this(limits, timeouts, NodeTls.plain(), false, ports);
    }

    /** @param upstreamTls whether the ports are spoken to by TLS, as {@code localhost} */
    EngineFixture(Limits limits, Timeouts timeouts, NodeTls tls, boolean upstreamTls, int... ports) throws Exception {
        this(limits, timeouts, tls, upstreamTls, UpstreamProtocol.HTTP_1_1, ports);
    }

    EngineFixture(
            Limits limits, Timeouts timeouts, NodeTls tls, boolean upstreamTls, UpstreamProtocol protocol, int... ports)
            throws Exception {
        this(1, limits, timeouts, tls, upstreamTls, protocol, ports);
    }

    EngineFixture(
            int loops,
            Limits limits,
            Timeouts timeouts,
            NodeTls tls,
            boolean upstreamTls,
            UpstreamProtocol protocol,
            int... ports)
            throws Exception {
        this.transport = Transport.start("engine-test", loops);
        this.tls = tls;
        for (int port : ports) {
            endpoints.add(new Endpoint(
                    "127.0.0.1:" + port,
                    "r" + endpoints.size(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    new Health("r" + endpoints.size()),
                    upstreamTls,
                    protocol));
        }
        settings = new EngineSettings(limits, timeouts);
        server = ProxyServer.bind(
                transport,
                new ProxyOptions(
                        protocol.isTwo() || timeouts.equals(Timeouts.ROUTER_DEFAULTS) ? "front" : "node1",
                        new HostPort("127.0.0.1", 0),
                        () -> settings,
                        (remote, encrypted) -> new Peer(
                                remote.getAddress().getAddress(),
                                IpLiteral.format(remote.getAddress().getAddress()),
                                remote.getPort(),
                                encrypted,
                                attachment),
                        (head, peer, now) -> dispatch(head),
                        new Observer(),
                        this::tap,
                        false,
                        tls));
    }

    static EngineFixture to(int... ports) throws Exception {
        return new EngineFixture(Limits.DEFAULTS, Timeouts.GATEWAY_DEFAULTS, ports);
    }

    private Dispatch dispatch(RequestHead head) {
        if (head.path().equals("/none")) {
            return LocalAnswer.of(Outcome.NOT_FOUND);
        }
        return new Plan(endpoints, repeatWrites, bulkhead, failures);
    }

    /** Sends what is slow a second time from now on. */
    void hedge(Hedging hedging) {
        settings = new EngineSettings(settings.limits(), settings.timeouts(), null, hedging);
    }

    HedgeResult nextHedge() throws InterruptedException {
        HedgeResult result = hedges.poll(5, TimeUnit.SECONDS);
        if (result == null) {
            throw new AssertionError("no second attempt ended");
        }
        return result;
    }

    private void tap(Channel channel) {
        if (sendBuffer > 0) {
            channel.config().setOption(ChannelOption.SO_SNDBUF, sendBuffer);
        }
    }

    Client client() throws IOException {
        return new Client(server.port());
    }

    ExchangeRecord nextRecord() throws InterruptedException {
        ExchangeRecord record = records.poll(5, TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionError("no exchange ended");
        }
        return record;
    }

    @Override
    public void close() {
        server.kill();
        transport.close();
        tls.close();
    }

    /** Good; watched where what is slow is sent again. */
    private final class Health implements EndpointHealth {
        private final String region;

        Health(String region) {
            this.region = region;
        }

        @Override
        public boolean isUsable(long nowNanos) {
            return true;
        }

        @Override
        public boolean isWatched() {
            return settings.hedging().enabled();
        }

        @Override
        public boolean isMute() {
            return mute.contains(region);
        }

        @Override
        public void failed(Failure failure, long nowNanos) {}

        @Override
        public void succeeded(long nanos, long nowNanos) {}
    }

    private final class Observer implements ExchangeObserver {
        @Override
        public void ended(ExchangeRecord exchange) {
            records.add(exchange);
        }

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

        @Override
        public void connections(int delta) {}

        @Override
        public void upstreamConnections(Endpoint endpoint, int delta) {}

        @Override
        public void connectionFault(ConnectionFault fault) {
            faults.add(fault);
        }

        @Override
        public void upstreamFault(ConnectionFault fault) {
            upstreamFaults.add(fault);
        }

        @Override
        public void handshake(HandshakeResult result) {
            handshakes.add(result);
        }

        @Override
        public void proxyProtocolFault(ProxyProtocolFault fault) {
            proxyFaults.add(fault);
        }

        @Override
        public void connectionDisplaced() {
            displaced.incrementAndGet();
        }

        @Override
        public void connectionRefused(ConnectionRefusal reason) {
            refusals.add(reason);
        }

        @Override
        public void hedge(HedgeResult result) {
            hedges.add(result);
        }

        @Override
        public void replayForgotten() {
            forgotten.incrementAndGet();
        }

        @Override
        public void tunnels(int delta) {
            tunnels.addAndGet(delta);
        }

        @Override
        public void loopLag(long nanos) {}
    }

    private static final class Plan implements Forwarding {
        private final List<Endpoint> endpoints;
        private final boolean repeatWrites;
        private final Bulkhead bulkhead;
        private boolean entered;
        private final BlockingQueue<String> failures;
        private boolean full;
        private boolean hedged;

        Plan(List<Endpoint> endpoints, boolean repeatWrites, Bulkhead bulkhead, BlockingQueue<String> failures) {
            this.failures = failures;
            this.endpoints = endpoints;
            this.repeatWrites = repeatWrites;
            this.bulkhead = bulkhead;
        }

        @Override
        public @Nullable Endpoint next(int attempt, long nowNanos) {
            return !full && attempt < endpoints.size() ? endpoints.get(attempt) : null;
        }

        @Override
        public boolean enter(Endpoint endpoint) {
            if (!entered) {
                entered = bulkhead.enter();
                full = !entered;
            }
            return entered;
        }

        @Override
        public @Nullable Endpoint hedge(int attempt, long nowNanos) {
            hedged = attempt < endpoints.size() && bulkhead.enter();
            return hedged ? endpoints.get(attempt) : null;
        }

        @Override
        public void hedgeEnded(boolean standsIn) {
            if (!hedged) {
                throw new IllegalStateException("ended twice");
            }
            hedged = false;
            bulkhead.leave();
        }

        @Override
        public void ended() {
            if (hedged) {
                hedgeEnded(false);
            }
            if (entered) {
                entered = false;
                bulkhead.leave();
            }
        }

        @Override
        public boolean mayRepeatWrites() {
            return repeatWrites;
        }

        @Override
        public int maxAttempts() {
            return 5;
        }

        @Override
        public @Nullable String target(Endpoint endpoint) {
            return null;
        }

        @Override
        public boolean dropsRequestHeader(String lowerCaseName) {
            return false;
        }

        @Override
        public void requestHeaders(HeaderSink out, Endpoint endpoint, int attempt) {}

        @Override
        public boolean dropsResponseHeader(String lowerCaseName) {
            return lowerCaseName.equals("isochrone-not-processed");
        }

        @Override
        public void responseHeaders(HeaderSink out, @Nullable Endpoint endpoint, int attempts) {
            out.add("Isochrone-Attempts", Integer.toString(attempts));
        }

        @Override
        public boolean isRetriableStatus(int status) {
            return status == 503;
        }

        @Override
        public boolean isNotProcessed(@Nullable String mark) {
            return "proof".equals(mark);
        }

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {
            if (failure != null) {
                failures.add(endpoint.region() + " " + failure.label());
            }
        }

        @Override
        public LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts) {
            return LocalAnswer.of(
                    outcome, outcome.message(), Map.of("Failure", last == null ? "none" : last.label()), null);
        }

        @Override
        public @Nullable String api() {
            return "test";
        }

        @Override
        public @Nullable String region(@Nullable Endpoint answered) {
            return answered == null ? null : answered.region();
        }

        @Override
        public String clientAddress() {
            return "127.0.0.1";
        }
    }

    /** A blocking client that sees bytes as they are. */
    static final class Client implements AutoCloseable {
        final Socket socket;
        final InputStream in;

        Client(int port) throws IOException {
            this(new Socket(InetAddress.getLoopbackAddress(), port));
        }

        Client(Socket connected) throws IOException {
            socket = connected;
            socket.setSoTimeout(8000);
            in = socket.getInputStream();
        }

        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        /** Reads one response with a Content-Length or none. */
        String response() throws IOException {
            String head = RawBackend.readHead(in);
            String lower = head.toLowerCase(java.util.Locale.ROOT);
            int at = lower.indexOf("content-length: ");
            int length = at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf("\r\n", at)));
            return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        /** Reads until the other side closes; a reset ends it as well and adds {@code <reset>}. */
        String rest() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                in.transferTo(out);
            } catch (IOException e) {
                return out.toString(StandardCharsets.ISO_8859_1) + "<reset>";
            }
            return out.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
