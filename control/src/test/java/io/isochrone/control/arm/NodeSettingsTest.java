package io.isochrone.control.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeSettingsTest {
    @Test
    void takesTheSectionsOfAConfigurationFile() {
        assertThat(NodeSettings.sections(Map.of(
                        NodeSettings.ROUTER,
                        "{\"max-attempts\": 4,\n \"trusted-proxies\": [\"10.0.0.0/8\"]}",
                        NodeSettings.GATEWAY,
                        " ",
                        "Microsoft.WindowsAzure.ApiManagement.Gateway.Protocols.Server.Http2",
                        "True")))
                .isEqualTo(Map.of("router", "{\"max-attempts\":4,\"trusted-proxies\":[\"10.0.0.0/8\"]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                      | Isochrone.Gateway: no object (expected: a JSON object)",
                "{\"max-attempts\":4} x  | Isochrone.Gateway: ",
                "{\"max-attempts\":0}    | Isochrone.Gateway: gateway.max-attempts: 0 (expected: ",
                "{\"max-atempts\":1}     | Isochrone.Gateway: gateway.max-atempts: ",
                "{\"a\":1}},\"router\":{ | Isochrone.Gateway: "
            })
    void refusesWhatNodesWouldRefuse(String text, String message) {
        assertThatThrownBy(() -> NodeSettings.sections(Map.of(NodeSettings.GATEWAY, text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
