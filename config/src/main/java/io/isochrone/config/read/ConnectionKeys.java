package io.isochrone.config.read;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.ClientAuth;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.PemFile;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.model.TlsVersion;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.config.model.UpstreamTls;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys of TLS, the PROXY protocol and DNS, which routers and gateways share. Thread-safe: no state. */
final class ConnectionKeys {
    private static final Kind<PemFile> PEM =
            new Kind<>("path of a PEM file", ConnectionKeys::pem, PemFile::path, List.of());
    private static final PemFile UNREAD = PemFile.of("?");

    private static final Kind<TlsVersion> VERSION = oneOf(TlsVersion.values(), TlsVersion::text);
    private static final Kind<ClientAuth> CLIENT_AUTH = oneOf(ClientAuth.values(), ClientAuth::text);

    private static final Kind<HostPort> DNS_SERVER =
            Kind.scalar("IP address with port, such as 10.0.0.2:53", ConnectionKeys::dnsServer, HostPort::toString);

    private ConnectionKeys() {}

    private static HostPort dnsServer(String text) {
        HostPort server = HostPort.parse(text);
        if (server.port() == 0 || IpLiteral.parse(server.host()) == null) {
            throw new IllegalArgumentException(text);
        }
        return server;
    }

    private static @Nullable PemFile pem(Value value) {
        String path = Kinds.FILE.reader().apply(value);
        return path == null
                ? null
                : new PemFile(
                        path,
                        value.reading.problems.file(),
                        Value.line(value.key()),
                        Value.column(value.key()),
                        value.path);
    }

    static <E> Kind<E> oneOf(E[] values, Function<E, String> text) {
        List<String> names = Arrays.stream(values).map(text).toList();
        return Kind.scalar(
                "one of " + String.join(", ", names),
                written -> {
                    int at = names.indexOf(written);
                    if (at < 0) {
                        throw new IllegalArgumentException(written);
                    }
                    return values[at];
                },
                text);
    }

    private static Kind<CertificateFiles> certificate() {
        Key<PemFile> chain = Key.required(
                "chain", PEM, UNREAD, "the certificate, then those that lead to an authority, in this order");
        Key<PemFile> key = Key.required("key", PEM, UNREAD, "its private key: PKCS#8, not encrypted");
        return Kind.section(List.of(chain, key), in -> new CertificateFiles(in.get(chain), in.get(key)));
    }

    private static Key<TlsVersion> minVersion() {
        return Key.optional("min-version", VERSION, TlsVersion.TLS_1_2, "the oldest version of TLS that is spoken");
    }

    /** TLS of a listener; a relative path is taken from the configuration file's folder. */
    static Kind<ListenerTls> listener() {
        Key<List<CertificateFiles>> certificates = Key.optional(
                "certificates",
                Kind.list(certificate()),
                List.of(),
                "at least one; chosen by the server name that the client asks for (exact, then wildcard), the first when none fits");
        Key<TlsVersion> version = minVersion();
        Key<ClientAuth> auth = Key.optional(
                "client-auth",
                CLIENT_AUTH,
                ClientAuth.NONE,
                "whether clients must show a certificate of `client-ca`; optional: a client may have none, but not a bad one");
        Key<Optional<PemFile>> ca = Key.optional(
                "client-ca",
                Kind.optional(PEM),
                Optional.empty(),
                "none",
                "authorities whose client certificates are good; needed with `client-auth`");
        Key<Duration> timeout = Key.optional(
                "handshake-timeout",
                Kinds.duration(1),
                ListenerTls.DEFAULT_HANDSHAKE_TIMEOUT,
                "from accept to the end of the handshake");
        Key<Integer> most = Key.optional(
                "max-handshakes",
                Kinds.number(1, 1_000_000),
                ListenerTls.DEFAULT_MAX_HANDSHAKES,
                "most handshakes under way at once; further connections are closed on accept");
        return Kind.section(
                List.of(certificates, version, auth, ca, timeout, most),
                in -> new ListenerTls(
                        in.get(certificates),
                        in.get(version),
                        in.get(auth),
                        in.get(ca).orElse(null),
                        in.get(timeout),
                        in.get(most)));
    }

    /** TLS towards upstreams. */
    static Kind<UpstreamTls> upstream() {
        UpstreamTls d = UpstreamTls.DEFAULTS;
        Key<Optional<PemFile>> ca = Key.optional(
                "ca",
                Kind.optional(PEM),
                Optional.empty(),
                "those that the JDK trusts",
                "authorities whose certificates are good");
        Key<Optional<CertificateFiles>> certificate = Key.optional(
                "certificate",
                Kind.optional(certificate()),
                Optional.empty(),
                "none",
                "shown to upstreams that ask for one");
        Key<Optional<String>> name = Key.optional(
                "server-name",
                Kind.optional(Kinds.text("a DNS name", "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")),
                Optional.empty(),
                "the host of the address",
                "asked for and verified instead of the host of the address");
        Key<TlsVersion> version = minVersion();
        Key<Duration> timeout = Key.optional(
                "handshake-timeout",
                Kinds.duration(1),
                d.handshakeTimeout(),
                "from the TCP connection to the end of the handshake");
        return Kind.section(
                List.of(ca, certificate, name, version, timeout),
                in -> new UpstreamTls(
                        in.get(ca).orElse(null),
                        in.get(certificate).orElse(null),
                        in.get(name).orElse(null),
                        in.get(version),
                        in.get(timeout)));
    }

    /** What a router speaks to gateway nodes. */
    static Key<UpstreamHttp> upstreamHttp() {
        return Key.optional(
                "upstream-protocol",
                oneOf(UpstreamHttp.values(), UpstreamHttp::text),
                UpstreamHttp.HTTP_1_1,
                "what is spoken to the gateway nodes: one request a connection at a time, or few connections for all; upgrades go by"
                        + " http/1.1");
    }

    /** The PROXY protocol on a listener. */
    static Kind<ProxyProtocol> proxyProtocol() {
        Key<List<Cidr>> from = Key.optional(
                "from",
                Kind.list(Kinds.CIDR),
                List.of(),
                "the load balancers in front, at least one; connections from anywhere else are closed");
        Key<Duration> timeout = Key.optional(
                "timeout", Kinds.duration(1), ProxyProtocol.DEFAULT_TIMEOUT, "from accept to the end of the header");
        return Kind.section(List.of(from, timeout), in -> new ProxyProtocol(in.get(from), in.get(timeout)));
    }

    /** How names are looked up. */
    static Kind<DnsSettings> dns(DnsSettings d) {
        Key<Duration> min = Key.optional(
                "min-ttl",
                Kinds.duration(100),
                d.minTtl(),
                "no name is asked for again sooner, however short the answer's time to live");
        Key<Duration> max = Key.optional(
                "max-ttl",
                Kinds.duration(100),
                d.maxTtl(),
                "every name is asked for again by then, however long the answer's time to live");
        Key<List<HostPort>> servers = Key.optional(
                "servers",
                Kind.list(DNS_SERVER),
                d.servers(),
                "DNS servers, asked one after the other, for names as they are written here; none: those of the system, and its search list");
        return Kind.section(
                List.of(min, max, servers), in -> new DnsSettings(in.get(min), in.get(max), in.get(servers)));
    }
}
