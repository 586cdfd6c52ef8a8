package io.isochrone.proxy.dns;

import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.names.NameAnswer;
import io.isochrone.proxy.runtime.Transport;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks DNS once for the addresses of a name: the hosts file, then each name of the search list until one exists, and for each A and AAAA at
 * the same time. Keeps nothing. A server that does not answer within {@value #QUERY_MILLIS} ms, or with an error, is followed by the
 * next one; one alone is asked twice. A response that did not fit is asked for again by TCP.
 *
 * <p>Confined to one event loop.
 */
final class DnsLookup implements AutoCloseable {
    /** Hears of an answer for each family. Called on the event loop, once. */
    interface Answered {
        void answered(NameAnswer four, NameAnswer six);
    }

    private static final Logger LOG = LoggerFactory.getLogger(DnsLookup.class);
    static final int QUERY_MILLIS = 2000;
    private static final int MIN_QUERIES = 2;
    /** How long addresses wait for those of the other family. */
    private static final int OTHER_MILLIS = 500;

    private final EventLoop loop;
    private final DnsNameResolver resolver;
    private final List<InetSocketAddress> servers;
    private final SearchList search;
    private final DefaultHostsFileEntriesResolver hosts;

    /** Reads the system's files; may be made on any thread but event loops. */
    DnsLookup(EventLoop loop, Transport transport, DnsSettings settings) {
        this.loop = loop;
        this.servers = settings.servers().stream().map(DnsLookup::socketAddress).toList();
        this.search = servers.isEmpty() ? SearchList.ofSystem() : SearchList.NONE;
        this.hosts = new DefaultHostsFileEntriesResolver();
        this.resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelType(transport.datagramChannel())
                .socketChannelType(transport.socketChannel())
                .queryTimeoutMillis(QUERY_MILLIS)
                .build();
    }

    private static InetSocketAddress socketAddress(HostPort server) {
        return Names.socketAddress(server);
    }

    /** Looks a name up; {@code answered} hears of it, perhaps before this returns. */
    void lookup(String name, Answered answered) {
        assert loop.inEventLoop();
        List<InetAddress> four = hosts(name, ResolvedAddressTypes.IPV4_ONLY);
        List<InetAddress> six = hosts(name, ResolvedAddressTypes.IPV6_ONLY);
        if (!four.isEmpty() || !six.isEmpty()) {
            answered.answered(ofHosts(four), ofHosts(six));
            return;
        }
        next(search.namesOf(name), 0, answered);
    }

    private List<InetAddress> hosts(String name, ResolvedAddressTypes types) {
        List<InetAddress> found = hosts.addresses(name, types);
        return found == null ? List.of() : found;
    }

    private static NameAnswer ofHosts(List<InetAddress> found) {
        return found.isEmpty() ? NameAnswer.empty() : NameAnswer.found(found, Integer.MAX_VALUE);
    }

    private void next(List<String> names, int at, Answered answered) {
        String name = names.get(at);
        NameAnswer[] both = new NameAnswer[2]; // A and AAAA
        Runnable done = () -> {
            NameAnswer four = both[0];
            NameAnswer six = both[1];
            if (four == null || six == null) {
                return;
            }
            // An error says nothing about whether the name exists: another name would be a guess.
            if (four.isNoName() && six.isNoName() && at + 1 < names.size()) {
                next(names, at + 1, answered);
            } else {
                answered.answered(four, six);
            }
        };
        ask(name, DnsRecordType.A, answer -> ended(both, 0, answer, done));
        ask(name, DnsRecordType.AAAA, answer -> ended(both, 1, answer, done));
    }

    private void ended(NameAnswer[] both, int family, NameAnswer answer, Runnable done) {
        if (both[family] != null) {
            return; // too late
        }
        both[family] = answer;
        int other = 1 - family;
        if (both[other] == null && answer.kind() == NameAnswer.Kind.FOUND) {
            loop.schedule(
                    () -> ended(both, other, NameAnswer.failed("timeout"), done), OTHER_MILLIS, TimeUnit.MILLISECONDS);
        }
        done.run();
    }

    private interface Family {
        void answered(NameAnswer answer);
    }

    private void ask(String name, DnsRecordType type, Family family) {
        List<InetSocketAddress> all = servers.isEmpty() ? systemServers(name) : servers;
        if (all.isEmpty()) {
            family.answered(NameAnswer.failed("no DNS server"));
            return;
        }
        try {
            query(all, 0, new DefaultDnsQuestion(name, type), family);
        } catch (IllegalArgumentException e) { // no DNS name, though it may be one in a hosts file
            family.answered(NameAnswer.failed("no DNS name"));
        }
    }

    private static List<InetSocketAddress> systemServers(String name) {
        DnsServerAddressStream stream =
                DnsServerAddressStreamProviders.platformDefault().nameServerAddressStream(name);
        List<InetSocketAddress> all = new ArrayList<>();
        for (int i = 0; i < stream.size(); i++) {
            all.add(stream.next());
        }
        return all;
    }

    private void query(List<InetSocketAddress> all, int count, DnsQuestion question, Family family) {
        InetSocketAddress server = all.get(count % all.size());
        resolver.query(server, question).addListener(done -> {
            NameAnswer answer = answer(done, question);
            boolean another = answer.kind() == NameAnswer.Kind.FAILED && !answer.isNoName();
            if (another && count + 1 < Math.max(MIN_QUERIES, all.size())) {
                query(all, count + 1, question, family);
            } else {
                family.answered(answer);
            }
        });
    }

    @SuppressWarnings("unchecked") // the listener's type does not say what the future's does
    private static NameAnswer answer(Future<?> done, DnsQuestion question) {
        if (!done.isSuccess()) {
            @Nullable Throwable cause = done.cause();
            return NameAnswer.failed(
                    cause != null && DnsNameResolver.isTimeoutError(cause) ? "timeout" : "no server could be asked");
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope =
                (AddressedEnvelope<DnsResponse, InetSocketAddress>) done.getNow();
        try {
            return AnswerSection.read(envelope.content(), question.name(), question.type());
        } catch (RuntimeException e) { // whatever it was, the name must be asked for again
            LOG.error("DNS response not read by a bug name={}", question.name(), e);
            return NameAnswer.failed("malformed");
        } finally {
            envelope.release();
        }
    }

    /** What is asked for now is not answered any more. */
    @Override
    public void close() {
        resolver.close();
    }
}
