package io.isochrone.proxy.downstream;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.proxy.buffer.LoopReads;
import io.isochrone.proxy.client.ClientAddress;
import io.isochrone.proxy.exchange.Peer;
import io.isochrone.proxy.outcome.ConnectionRefusal;
import io.isochrone.proxy.outcome.HandshakeResult;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import io.isochrone.proxy.runtime.BindFailedException;
import io.isochrone.proxy.runtime.EngineSettings;
import io.isochrone.proxy.runtime.FileBudget;
import io.isochrone.proxy.runtime.ProxyOptions;
import io.isochrone.proxy.runtime.Transport;
import io.isochrone.proxy.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.UnixChannelOption;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts client connections and gives each its handler. Thread-safe: no state. */
public final class Listener {
    private Listener() {}

    /** Opens the listener. */
    public static Channel open(
            Transport transport, ProxyOptions options, Map<EventLoop, LoopState> loops, AtomicInteger connectionCount)
            throws BindFailedException {
        ClientCounts clients = new ClientCounts();
        Room room = new Room(List.copyOf(loops.values()));
        AcceptGate gate = new AcceptGate(() -> most(options) - connectionCount.get());
        HostPort listen = options.listen();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(gate)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, options, loops, connectionCount, clients, room, gate);
                    }
                });
        if (options.sharedPort()) {
            if (!transport.hasSharedPorts()) {
                throw new BindFailedException(
                        "listen: " + listen + " cannot be shared with " + transport.name()
                                + " (expected: epoll, that is Linux on x86-64 or ARM); start without --share-port",
                        null);
            }
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        ChannelFuture bound = bootstrap
                .bind(new InetSocketAddress(listen.host(), listen.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new BindFailedException(
                    "listen: " + listen + " (expected: an address of this machine with a free port; "
                            + cause.getMessage() + "); stop what listens there or choose another port",
                    cause);
        }
        return bound.channel();
    }

    private static void accept(
            Channel channel,
            ProxyOptions options,
            Map<EventLoop, LoopState> loops,
            AtomicInteger connectionCount,
            ClientCounts clients,
            Room room,
            AcceptGate gate) {
        LoopState loop = loops.get(channel.eventLoop());
        if (loop != null && connectionCount.get() >= most(options) && !hasItsShare(channel, options, clients)) {
            room.make(
                    channel,
                    loop,
                    () -> admit(channel, options, loop, clients),
                    () -> refuse(channel, options, ConnectionRefusal.ALL),
                    gate::decided);
            return;
        }
        try {
            if (loop == null) {
                refuse(channel, options, ConnectionRefusal.ALL);
            } else if (connectionCount.get() < most(options)) {
                admit(channel, options, loop, clients);
            } else { // nobody makes room for what would be closed anyway
                refuse(channel, options, ConnectionRefusal.PER_CLIENT);
            }
        } finally {
            gate.decided();
        }
    }

    private static int most(ProxyOptions options) {
        return Math.min(options.settings().get().limits().maxConnections(), FileBudget.mostConnections());
    }

    private static void refuse(Channel channel, ProxyOptions options, ConnectionRefusal reason) {
        options.observer().connectionRefused(reason);
        channel.close();
    }

    /** Whether the client is known already and has as many connections as it may. */
    private static boolean hasItsShare(Channel channel, ProxyOptions options, ClientCounts clients) {
        EngineSettings settings = options.settings().get();
        if (settings.proxyProtocol() != null) {
            return false;
        }
        Peer peer = options.peers()
                .peer((InetSocketAddress) channel.remoteAddress(), options.tls().server() != null);
        return peer.attachment() != Peer.NODE
                && clients.isFull(peer.address(), settings.limits().maxConnectionsPerClient());
    }

    private static void admit(Channel channel, ProxyOptions options, LoopState loop, ClientCounts clients) {
        var limits = options.settings().get().limits();
        int high = limits.bufferBytes();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
        options.tap().accept(channel);
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        ProxyProtocol proxyProtocol = options.settings().get().proxyProtocol();
        if (proxyProtocol == null) {
            begin(channel, options, loop, remote, clients);
        } else if (ClientAddress.isTrusted(IpLiteral.unmap(remote.getAddress().getAddress()), proxyProtocol.from())) {
            channel.pipeline()
                    .addLast(new ProxyProtocolHandler(
                            loop,
                            channel,
                            remote,
                            proxyProtocol,
                            client -> begin(channel, options, loop, client, clients)));
        } else {
            loop.proxyProtocolFault(
                    ProxyProtocolFault.UNTRUSTED,
                    remote,
                    "not one of proxy-protocol.from; its bytes are not looked at");
            channel.close();
        }
    }

    /** Adds the handlers of a client with the address {@code remote}. */
    private static void begin(
            Channel channel, ProxyOptions options, LoopState loop, InetSocketAddress remote, ClientCounts clients) {
        ServerTls tls = options.tls().server();
        if (tls != null && loop.handshakesInAll() >= tls.settings().maxHandshakes()) {
            options.observer().handshake(HandshakeResult.SHED);
            channel.close();
            return;
        }
        Peer peer = options.peers().peer(remote, tls != null);
        if (peer.attachment() != Peer.NODE) { // those act for many clients
            int most = options.settings().get().limits().maxConnectionsPerClient();
            if (!clients.open(peer.address(), most)) {
                refuse(channel, options, ConnectionRefusal.PER_CLIENT);
                return;
            }
            channel.closeFuture().addListener(closed -> clients.close(peer.address()));
        }
        if (tls == null) {
            LoopReads.begin(channel);
            channel.pipeline().addLast(new DownstreamConnection(loop, channel, peer, true));
        } else {
            channel.pipeline().addLast(tls.handler(channel.alloc()), new TlsHandshake(loop, channel, peer, tls));
        }
    }
}
