package io.isochrone.config.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.Region;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegionCatalogueTest {
    private static final RegionCatalogue CLOUDS = RegionCatalogue.clouds();

    @ParameterizedTest
    @ValueSource(strings = {"westeurope", "West Europe", "WESTEUROPE", "west europe", " West  Europe "})
    void findsBothFormsWithoutCaseAndBlanks(String name) {
        assertThat(CLOUDS.find(name)).isNotNull().extracting(Region::name).isEqualTo("westeurope");
    }

    @ParameterizedTest
    @CsvSource({
        "West Europe,52.37,4.90",
        "East US,38,-78",
        "southeastasia,1.3,103.8",
        "Brazil South,-23.55,-46.63",
        "us-east-1,38.9,-77.4",
        "europe-west3,50.1,8.7",
        "africa-south1,-26.2,28.0"
    })
    void regionsStandWhereAMapWouldPutThem(String name, double latitude, double longitude) {
        Region region = Objects.requireNonNull(CLOUDS.find(name));

        assertThat(region.point().distanceKm(new GeoPoint(latitude, longitude))).isLessThan(150);
    }

    @Test
    void holdsTheThreeCloudsAndFindsEveryRegionByBothNames() {
        Set<String> names = new HashSet<>();
        for (Region region : CLOUDS.regions()) {
            assertThat(names.add(region.name())).isTrue();
            assertThat(region.name()).matches("[a-z0-9-]+");
            assertThat(CLOUDS.find(region.displayName())).isEqualTo(region);
        }

        assertThat(names).hasSize(139).contains("westus2", "eu-central-1", "us-central1");
    }

    @Test
    void suggestsForUnknownNames() {
        assertThat(CLOUDS.find("westeurop")).isNull();
        assertThat(CLOUDS.suggest("westeurop")).isEqualTo("westeurope");
        assertThat(CLOUDS.suggest("Brasil South")).isEqualTo("Brazil South");
        assertThat(CLOUDS.suggest("atlantis")).isNull();
    }

    @Test
    void ownRegionsAreFoundBesideTheClouds() {
        RegionCatalogue both = CLOUDS.with(List.of(new Region("dc", "My DC", new GeoPoint(0, 0))));

        assertThat(both.find("my dc")).isNotNull();
        assertThat(both.find("eastus")).isNotNull();
        assertThat(CLOUDS.find("dc")).isNull();
    }
}
