package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.GeoPoint;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LookupCacheTest {
    @Test
    void neverAnswersForAnotherAddressSeed5() {
        LookupCache cache = new LookupCache(16);
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            byte[] address = {0, 0, (byte) random.nextInt(4), (byte) random.nextInt(256)};
            LookupCache.Entry entry = cache.find(address);
            int latitude = address[2] * 20;
            int longitude = address[3];
            if (entry != null) {
                assertThat(Objects.requireNonNull(entry.place()).point()).isEqualTo(new GeoPoint(latitude, longitude));
            }
            cache.put(address, new Place(new GeoPoint(latitude, longitude), Place.Source.GEOIP));
        }
    }

    @Test
    void remembersThatAnAddressIsUnknownAndKeepsACopyOfIt() {
        LookupCache cache = new LookupCache(16);
        byte[] address = {1, 2, 3, 4};
        cache.put(address, null);
        address[3] = 5;

        assertThat(cache.find(address)).isNull();
        assertThat(Objects.requireNonNull(cache.find(new byte[] {1, 2, 3, 4})).place())
                .isNull();
    }
}
