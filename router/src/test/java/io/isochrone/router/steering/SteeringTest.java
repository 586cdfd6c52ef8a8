package io.isochrone.router.steering;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Region;
import io.isochrone.router.latency.DistanceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SteeringTest {
    private static final List<Region> REGIONS =
            List.of("westeurope", "eastus", "southeastasia", "brazilsouth", "australiaeast").stream()
                    .map(name -> Objects.requireNonNull(RegionCatalogue.clouds().find(name)))
                    .toList();

    private static Candidate candidate(int i, boolean usable, double inflation) {
        return new Candidate(REGIONS.get(i).name(), REGIONS.get(i).point(), false, usable, inflation);
    }

    @Test
    void equalsAnOracleForEveryUpDownSetAndManyPlacesSeed7() {
        Random random = new Random(7);
        for (int place = 0; place < 20; place++) {
            GeoPoint client = new GeoPoint(random.nextDouble() * 140 - 60, random.nextDouble() * 360 - 180);
            for (int up = 0; up < 32; up++) {
                List<Candidate> candidates = new ArrayList<>();
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    candidates.add(candidate(i, (up >> i & 1) == 1, 0));
                }
                for (boolean usable : new boolean[] {true, false}) {
                    candidates.stream()
                            .filter(c -> c.usable() == usable)
                            .sorted(Comparator.comparingDouble(c -> client.distanceKm(c.point())))
                            .forEach(c -> expected.add(c.name()));
                }

                assertThat(Steering.order(client, candidates))
                        .extracting(Choice::name)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aMeasuredDetourMovesARegionBack() {
        GeoPoint london = new GeoPoint(51.5, -0.1);

        List<Choice> order = Steering.order(london, List.of(candidate(0, true, 200), candidate(1, true, 0)));

        assertThat(order).extracting(Choice::name).containsExactly("eastus", "westeurope");
        assertThat(order.get(1).costMillis()).isEqualTo(order.get(1).geoMillis() + 200);
    }

    @Test
    void aDisabledRegionIsSkippedWithTheReason() {
        Candidate off = new Candidate("westeurope", REGIONS.get(0).point(), true, true, 0);

        List<Choice> order = Steering.order(REGIONS.get(0).point(), List.of(off, candidate(3, true, 0)));

        assertThat(order.get(0).name()).isEqualTo("brazilsouth");
        assertThat(order.get(1).skipped()).isEqualTo("disabled by the operator");
    }

    @Test
    void equalCostsGoByName() {
        GeoPoint point = new GeoPoint(0, 0);
        Candidate b = new Candidate("b", point, false, true, 0);
        Candidate a = new Candidate("a", point, false, true, 0);

        assertThat(Steering.order(point, List.of(b, a)))
                .extracting(Choice::name)
                .containsExactly("a", "b");
    }

    @Test
    void distanceCostsMoreTheFartherItIs() {
        for (int km = 0; km < 20_000; km += 10) {
            assertThat(DistanceModel.roundTripMillis(km + 10)).isGreaterThan(DistanceModel.roundTripMillis(km));
        }
    }
}
