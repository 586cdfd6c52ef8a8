package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.read.DeploymentReader;
import org.junit.jupiter.api.Test;

/** Gateways make ready for TLS to backends when there is one that wants it, and only then. */
final class GatewayConnectionsTest {
    private static ConnectionSettings of(String api) {
        return DeploymentReader.read("test.yaml", """
                service:
                  name: shop
                  tier: Premium
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:9101]
                apis:
                  - name: a
                    path: /a
                    %s
                """.formatted(api)).gatewayConnections();
    }

    @Test
    void plainBackendsNeedNone() {
        assertThat(of("backends: ['http://127.0.0.1:1', 'h2c://127.0.0.1:2']").upstreamTls())
                .isNull();
    }

    @Test
    void oneBackendByTlsNeedsIt() {
        assertThat(of("backends: ['http://127.0.0.1:1', 'https://127.0.0.1:2']").upstreamTls())
                .isEqualTo(UpstreamTls.DEFAULTS);
    }

    @Test
    void soDoesOneOfARegionsOwn() {
        assertThat(of("backends: ['http://127.0.0.1:1']\n    regional-backends: {westeurope: ['h2://127.0.0.1:2']}")
                        .upstreamTls())
                .isEqualTo(UpstreamTls.DEFAULTS);
    }
}
