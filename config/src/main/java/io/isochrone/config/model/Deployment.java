package io.isochrone.config.model;

import java.util.List;

/**
 * Everything an operator says in one file: the service, its APIs and how its nodes behave.
 *
 * <p>Immutable.
 *
 * @param service locations and tier
 * @param apis what is published, in the order of the file
 * @param router settings of routers
 * @param gateway settings of gateway nodes
 * @param subscriptions who may call APIs that ask for a key, in the order of the file
 */
public record Deployment(
        Service service,
        List<Api> apis,
        RouterSettings router,
        GatewaySettings gateway,
        List<Subscription> subscriptions) {
    /** Without subscriptions. */
    public Deployment(Service service, List<Api> apis, RouterSettings router, GatewaySettings gateway) {
        this(service, apis, router, gateway, List.of());
    }

    public Deployment {
        apis = List.copyOf(apis);
        subscriptions = List.copyOf(subscriptions);
    }

    /** The same of a changed service. */
    public Deployment with(Service changed) {
        return new Deployment(changed, apis, router, gateway, subscriptions);
    }

    /** The gateways' connections, with TLS towards upstreams where an API has a backend that is spoken to by TLS. */
    public ConnectionSettings gatewayConnections() {
        ConnectionSettings said = gateway.connections();
        boolean secure = said.upstreamTls() == null && apis.stream().anyMatch(Api::hasTlsBackends);
        return secure
                ? new ConnectionSettings(said.tls(), said.proxyProtocol(), UpstreamTls.DEFAULTS, said.dns())
                : said;
    }
}
