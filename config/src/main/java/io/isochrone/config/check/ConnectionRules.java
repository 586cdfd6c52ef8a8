package io.isochrone.config.check;

import io.isochrone.config.model.CertificateFiles;
import io.isochrone.config.model.ClientAuth;
import io.isochrone.config.model.ConnectionSettings;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.ListenerTls;
import io.isochrone.config.model.ProxyProtocol;
import io.isochrone.config.problem.Problems;
import java.util.HashSet;
import java.util.Set;

/** The rules for TLS, the PROXY protocol and DNS of one kind of node. Thread-safe: no state. */
final class ConnectionRules {
    private ConnectionRules() {}

    /** @param node {@code router} or {@code gateway} */
    static void check(String node, ConnectionSettings connections, Problems problems) {
        ListenerTls tls = connections.tls();
        if (tls != null) {
            listener(node + ".tls", tls, problems);
        }
        DnsSettings dns = connections.dns();
        String max = node + ".dns.max-ttl";
        if (dns.maxTtl().compareTo(dns.minTtl()) < 0 && !problems.isIncomplete(max)) {
            problems.add(
                    max,
                    dns.maxTtl().toMillis() + "ms",
                    "at least min-ttl, " + dns.minTtl().toMillis() + "ms");
        }
        ProxyProtocol proxy = connections.proxyProtocol();
        String from = node + ".proxy-protocol.from";
        if (proxy != null && proxy.from().isEmpty() && !problems.isIncomplete(from)) {
            problems.add(
                    from,
                    problems.isPlaced(from) ? "none" : "missing",
                    "the addresses of the load balancers in front, such as [10.0.0.0/8]");
        }
    }

    private static void listener(String path, ListenerTls tls, Problems problems) {
        String certificates = path + ".certificates";
        if (tls.certificates().isEmpty() && !problems.isIncomplete(certificates)) {
            problems.add(
                    certificates, problems.isPlaced(certificates) ? "none" : "missing", "at least one chain and key");
        }
        Set<CertificateFiles> seen = new HashSet<>();
        for (CertificateFiles each : tls.certificates()) {
            if (!seen.add(each) && !problems.isIncomplete(certificates)) {
                problems.add(problems.pathOf(each, certificates), "\"" + each.chain() + "\"", "each certificate once");
            }
        }
        String ca = path + ".client-ca";
        if (tls.clientAuth() != ClientAuth.NONE && tls.clientCa() == null && !problems.isIncomplete(ca)) {
            problems.add(
                    ca,
                    "missing",
                    "a file of authorities, because client-auth is "
                            + tls.clientAuth().text());
        }
        if (tls.clientAuth() == ClientAuth.NONE
                && tls.clientCa() != null
                && !problems.isIncomplete(path + ".client-auth")) {
            problems.add(
                    ca,
                    "\"" + tls.clientCa() + "\"",
                    "client-auth: required or optional beside it; without it no certificate is asked for");
        }
    }
}
