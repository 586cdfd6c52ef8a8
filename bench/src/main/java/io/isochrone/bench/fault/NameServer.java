package io.isochrone.bench.fault;

import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.runtime.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A DNS server on loopback, by UDP and TCP, that knows what it is told and misbehaves on demand.
 *
 * <p>Thread-safe: any thread changes what is answered, its event loop reads it for every query.
 */
public final class NameServer implements AutoCloseable {
    /** How it answers. */
    public enum Behaviour {
        /** As it should. */
        ANSWER,
        /** With an error of its own. */
        SERVFAIL,
        /** That no name exists. */
        NXDOMAIN,
        /** Not at all. */
        SILENT,
        /** By UDP without what was asked for and with the word that it did not fit, by TCP in full. */
        TRUNCATED,
        /** By UDP the same, by TCP not at all. */
        TRUNCATED_ONLY,
        /** With bytes that are no DNS. */
        GARBAGE
    }

    private record Answer(List<byte[]> addresses, long ttlSeconds) {}

    private static final int PORTS_TRIED = 20;
    private static final int ALIAS_TTL_SECONDS = 3600;

    private final Transport transport = Transport.start("dns", 1);
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final AtomicInteger queries = new AtomicInteger();
    private final int port;
    private volatile Behaviour behaviour = Behaviour.ANSWER;

    private NameServer() throws IOException {
        InetSocketAddress bound = null;
        for (int i = 0; i < PORTS_TRIED && bound == null; i++) {
            Channel tcp = tcp();
            InetSocketAddress wanted = (InetSocketAddress) tcp.localAddress();
            if (isUdpBound(wanted)) {
                bound = wanted;
            } else {
                tcp.close();
            }
        }
        if (bound == null) {
            transport.close();
            throw new IOException("port: none is free for both UDP and TCP (expected: one)");
        }
        port = bound.getPort();
    }

    /** Starts one that knows nothing: that is NXDOMAIN. Throws IOException when there is no free port. */
    public static NameServer start() throws IOException {
        return new NameServer();
    }

    private Channel tcp() {
        return new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(), new ByTcp());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    private boolean isUdpBound(InetSocketAddress at) {
        return new Bootstrap()
                .group(transport.loops())
                .channel(transport.datagramChannel())
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel channel) {
                        channel.pipeline()
                                .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new ByUdp());
                    }
                })
                .bind(at)
                .awaitUninterruptibly()
                .isSuccess();
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** How many queries arrived. */
    public int queries() {
        return queries.get();
    }

    /** From now on the name has these addresses, IPv4 or IPv6. */
    public void name(String name, long ttlSeconds, String... addresses) {
        answers.put(
                canonical(name),
                new Answer(List.of(addresses).stream().map(IpLiteral::parse).toList(), ttlSeconds));
    }

    /** From now on the name is an alias (CNAME) of another for that time; the other's addresses are in the same answer. */
    public void alias(String name, String of) {
        aliases.put(canonical(name), canonical(of));
    }

    /** From now on it behaves so. */
    public void behave(Behaviour next) {
        behaviour = next;
    }

    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    private final class ByUdp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            queries.incrementAndGet();
            switch (behaviour) {
                case SILENT -> {}
                case GARBAGE ->
                    ctx.writeAndFlush(new DatagramPacket(
                            Unpooled.wrappedBuffer(new byte[] {(byte) (query.id() >> 8), (byte) query.id(), -1, 7, 1}),
                            query.sender()));
                case ANSWER, SERVFAIL, NXDOMAIN, TRUNCATED, TRUNCATED_ONLY -> {
                    DnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
                    boolean whole = behaviour != Behaviour.TRUNCATED && behaviour != Behaviour.TRUNCATED_ONLY;
                    ctx.writeAndFlush(fill(response, query, whole));
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // A datagram that is no query is nobody's.
        }
    }

    private final class ByTcp extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
            queries.incrementAndGet();
            if (behaviour != Behaviour.TRUNCATED_ONLY) {
                ctx.writeAndFlush(fill(new DefaultDnsResponse(query.id()), query, true));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private DnsResponse fill(DnsResponse response, DnsQuery query, boolean whole) {
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        response.setRecursionDesired(query.isRecursionDesired()).setRecursionAvailable(true);
        response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
        String name = canonical(question.name());
        String alias = aliases.get(name);
        Answer answer = answers.get(alias == null ? name : alias);
        if (behaviour == Behaviour.SERVFAIL) {
            return response.setCode(DnsResponseCode.SERVFAIL);
        }
        if (behaviour == Behaviour.NXDOMAIN || answer == null) {
            return response.setCode(DnsResponseCode.NXDOMAIN);
        }
        if (!whole) {
            return response.setTruncated(true);
        }
        if (alias != null) {
            ByteBuf target = Unpooled.buffer();
            for (String label : alias.substring(0, alias.length() - 1).split("\\.", -1)) {
                target.writeByte(label.length()).writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
            response.addRecord(
                    DnsSection.ANSWER,
                    new DefaultDnsRawRecord(
                            question.name(), DnsRecordType.CNAME, answer.ttlSeconds(), target.writeByte(0)));
        }
        int bytes = question.type().equals(DnsRecordType.A) ? 4 : 16;
        for (byte[] address : answer.addresses()) {
            if (address.length == bytes) {
                response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                alias == null ? question.name() : alias,
                                question.type(),
                                alias == null ? answer.ttlSeconds() : ALIAS_TTL_SECONDS,
                                Unpooled.wrappedBuffer(address)));
            }
        }
        return response;
    }

    @Override
    public void close() {
        transport.close();
    }
}
