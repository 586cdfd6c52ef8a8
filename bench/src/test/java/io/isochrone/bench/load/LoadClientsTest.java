package io.isochrone.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LoadClientsTest {
    @Test
    void knowsCitiesOfAllContinentsWithWeightsThatSumUpToOne() {
        LoadClients world = LoadClients.world();

        assertThat(world.all()).hasSizeBetween(40, 60);
        assertThat(world.all().stream().mapToDouble(LoadClient::weight).sum()).isBetween(0.999, 1.001);
        assertThat(world.city("Lima").country()).isEqualTo("PE");
    }

    @Test
    void picksEachClientInProportionToItsWeight() {
        LoadClients clients = LoadClients.parse("test", "A,AA,0,0,3,192.0.2.1\n# comment\n\nB,BB,0,0,1,2001:db8::1\n");
        SplittableRandom random = new SplittableRandom(42);
        int first = 0;

        for (int i = 0; i < 100_000; i++) {
            first += clients.pick(random) == 0 ? 1 : 0;
        }

        assertThat(first).isBetween(74_000, 76_000);
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertThatThrownBy(() -> LoadClients.parse("f.csv", "A,AA,0,0,1\n"))
                .hasMessageContaining("f.csv:1: \"A,AA,0,0,1\" (expected: city,country,");
        assertThatThrownBy(() -> LoadClients.parse("f.csv", "\nA,AA,0,0,1,host\n"))
                .hasMessageContaining("f.csv:2: address: \"host\" (expected: an IP address)");
        assertThatThrownBy(() -> LoadClients.parse("f.csv", "A,AA,95,0,1,192.0.2.1\n"))
                .hasMessageContaining("f.csv:1: latitude: 95.0 (expected: -90 to 90)");
        assertThatThrownBy(() -> LoadClients.parse("f.csv", "# nothing\n")).hasMessageContaining("f.csv: no clients");
    }
}
