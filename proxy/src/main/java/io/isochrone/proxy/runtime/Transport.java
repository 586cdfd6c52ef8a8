package io.isochrone.proxy.runtime;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a process and the socket classes that go with them: epoll where there is epoll, NIO elsewhere.
 *
 * <p>Thread-safe: immutable.
 */
public final class Transport implements AutoCloseable {
    private final EventLoopGroup loops;
    private final int count;
    private final boolean epoll;

    private Transport(EventLoopGroup loops, int count, boolean epoll) {
        this.loops = loops;
        this.count = count;
        this.epoll = epoll;
    }

    /** Starts {@code loops} event loops (0: one per processor) in threads named after {@code name}. */
    public static Transport start(String name, int loops) {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        int count = loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
        return new Transport(
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name), handlers), count, epoll);
    }

    public EventLoopGroup loops() {
        return loops;
    }

    /** How many event loops there are. */
    public int count() {
        return count;
    }

    public Class<? extends ServerSocketChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    public Class<? extends SocketChannel> socketChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    public Class<? extends DatagramChannel> datagramChannel() {
        return epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /** Whether several processes can listen on one port. */
    public boolean hasSharedPorts() {
        return epoll;
    }

    /** Whether it is epoll, whose sockets have options that others lack. */
    public boolean isEpoll() {
        return epoll;
    }

    /** {@code epoll} or {@code nio}. */
    public String name() {
        return epoll ? "epoll" : "nio";
    }

    /** Stops the loops and waits up to 5 s for them. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 4, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
