package io.isochrone.proxy.admin;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.runtime.BindFailedException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The small HTTP server that operators, probes and scrapers talk to.
 *
 * <p>It has an event loop and workers of its own, so that a slow scrape or a long explanation takes nothing from traffic. Bounds: 64
 * connections (further ones are closed on accept), 64 KiB per request (413), 64 requests waiting for a worker (503), 60 s
 * without a request (closed).
 *
 * <p>Thread-safe: routes may be added at any time, a request sees those that were there when it came.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 64 * 1024;
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_QUEUED = 64;
    private static final int WORKERS = 2;
    private static final int IDLE_SECONDS = 60;

    /** A handler and the methods it takes. */
    record Route(Set<String> methods, AdminHandler handler) {
        Route {
            methods = Set.copyOf(methods);
        }
    }

    private final ConcurrentMap<String, Route> routes = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final EventLoopGroup loop;
    private final ThreadPoolExecutor workers;
    private final Channel listener;

    private AdminServer(HostPort listen) throws BindFailedException {
        loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
        workers = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                new DefaultThreadFactory("admin-worker", true));
        workers.allowCoreThreadTimeOut(true);
        try {
            listener = open(listen);
        } catch (BindFailedException e) {
            stopThreads();
            throw e;
        }
    }

    /** Opens the listener; port 0 for a free one. The threads are daemons. */
    public static AdminServer bind(HostPort listen) throws BindFailedException {
        return new AdminServer(listen);
    }

    private Channel open(HostPort listen) throws BindFailedException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                })
                .bind(new InetSocketAddress(listen.host(), listen.port()))
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new BindFailedException(
                    "admin: " + listen + " (expected: a free port; " + reason(cause) + ")", cause);
        }
        return bound.channel();
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private void accept(SocketChannel channel) {
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            connections.decrementAndGet();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        channel.config().setAutoRead(false);
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES, true))
                .addLast(new FlowControlHandler())
                .addLast(new AdminConnectionHandler(this, workers));
    }

    /** Answers GET and HEAD of exactly {@code path} by {@code handler}; replaces what was there. */
    public AdminServer route(String path, AdminHandler handler) {
        return route(path, Set.of("GET", "HEAD"), handler);
    }

    /** Answers these methods of exactly {@code path} by {@code handler}, other methods by 405; replaces what was there. */
    public AdminServer route(String path, Set<String> methods, AdminHandler handler) {
        routes.put(path, new Route(methods, handler));
        return this;
    }

    /** Answers on the caller's thread. */
    AdminResponse answer(AdminRequest request) {
        Route route = routes.get(request.path());
        if (route == null) {
            String known = String.join(", ", new TreeMap<>(routes).keySet());
            return AdminResponse.error(404, request.path() + " (expected: one of " + known + ")");
        }
        if (!route.methods().contains(request.method())) {
            String allowed = String.join(", ", route.methods().stream().sorted().toList());
            return AdminResponse.error(405, request.method() + " (expected: " + allowed + ")");
        }
        return route.handler().handle(request);
    }

    /** The port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Closes the listener and all connections; waits up to 2 s. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        stopThreads();
    }

    private void stopThreads() {
        workers.shutdownNow();
        loop.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
