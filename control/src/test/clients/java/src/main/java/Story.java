import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.Region;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.resourcemanager.apimanagement.ApiManagementManager;
import com.azure.resourcemanager.apimanagement.models.AdditionalLocation;
import com.azure.resourcemanager.apimanagement.models.ApiManagementServiceResource;
import com.azure.resourcemanager.apimanagement.models.ApiManagementServiceSkuProperties;
import com.azure.resourcemanager.apimanagement.models.SkuType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** The life of a service through the official Java client with its stock pipeline. Not thread-safe; confined to the main thread. */
public final class Story {
    private static final String GROUP = "rg-java";
    private static final String NAME = "story-java";

    private Story() {}

    public static void main(String[] args) throws Exception {
        String url = System.getenv("ISOCHRONE_CONTROL");
        String token = Files.readString(Path.of(System.getenv("ISOCHRONE_TOKEN_FILE"))).strip();
        Map<String, String> endpoints = new HashMap<>();
        endpoints.put("resourceManagerEndpointUrl", url + "/");
        endpoints.put("managementEndpointUrl", url + "/");
        TokenCredential credential =
                request -> Mono.just(new AccessToken(token, OffsetDateTime.now().plusHours(1)));
        AzureProfile profile = new AzureProfile(
                "22222222-2222-2222-2222-222222222222",
                "11111111-2222-3333-4444-555555555555",
                new AzureEnvironment(endpoints));
        ApiManagementManager manager = ApiManagementManager.authenticate(credential, profile);

        ApiManagementServiceResource service = manager.apiManagementServices()
                .define(NAME)
                .withRegion(Region.EUROPE_WEST)
                .withExistingResourceGroup(GROUP)
                .withSku(sku(SkuType.PREMIUM, 1))
                .withPublisherEmail("a@example.test")
                .withPublisherName("Contoso")
                .withTags(Map.of("team", "a"))
                .create();
        check("created", "Succeeded", service.provisioningState());

        service = service.update().withAdditionalLocations(List.of(asia(2))).apply();
        check("region added", "East Asia", service.additionalLocations().get(0).location());
        check("units", 2, service.additionalLocations().get(0).sku().capacity());

        String regions = manager.regions().listByService(GROUP, NAME).stream()
                .map(region -> region.name() + (region.isMasterRegion() ? "*" : ""))
                .collect(Collectors.joining(","));
        check("regions", "West Europe*,East Asia", regions);
        check("network status", 2, manager.networkStatus().listByService(GROUP, NAME).size());
        check(
                "tiers",
                true,
                manager.apiManagementServiceSkus().listAvailableServiceSkus(GROUP, NAME).stream()
                        .anyMatch(sku -> sku.sku().name().equals(SkuType.PREMIUM)));

        service = service.update().withAdditionalLocations(List.of(asia(3))).apply();
        check("scaled", 3, service.additionalLocations().get(0).sku().capacity());
        service = service.update().withDisableGateway(true).apply();
        check("primary disabled", true, service.disableGateway());
        service = service.update().withDisableGateway(false).apply();
        check("primary enabled", false, service.disableGateway());
        check("region kept", 1, service.additionalLocations().size());

        service = service.update().withAdditionalLocations(List.of()).apply();
        check(
                "region removed",
                true,
                service.additionalLocations() == null || service.additionalLocations().isEmpty());

        ApiManagementServiceResource lab = manager.apiManagementServices()
                .define(NAME + "-lab")
                .withRegion(Region.EUROPE_WEST)
                .withExistingResourceGroup(GROUP)
                .withSku(sku(SkuType.DEVELOPER, 1))
                .withPublisherEmail("a@example.test")
                .withPublisherName("Contoso")
                .create();
        try {
            lab.update()
                    .withAdditionalLocations(List.of(new AdditionalLocation()
                            .withLocation("East Asia")
                            .withSku(sku(SkuType.DEVELOPER, 1))))
                    .apply();
            check("second region refused on Developer", "an exception", "none");
        } catch (ManagementException e) {
            check("second region refused on Developer", "AdditionalLocationsNotSupported", e.getValue().getCode());
            System.out.println("     " + e.getValue().getMessage());
        }
        manager.apiManagementServices().deleteByResourceGroup(GROUP, NAME + "-lab");
        manager.apiManagementServices().deleteByResourceGroup(GROUP, NAME);
        try {
            manager.apiManagementServices().getByResourceGroup(GROUP, NAME);
            check("deleted", "404", "found");
        } catch (ManagementException e) {
            check("deleted", 404, e.getResponse().getStatusCode());
        }
        System.exit(0);
    }

    private static AdditionalLocation asia(int units) {
        return new AdditionalLocation().withLocation("East Asia").withSku(sku(SkuType.PREMIUM, units));
    }

    private static ApiManagementServiceSkuProperties sku(SkuType type, int units) {
        return new ApiManagementServiceSkuProperties().withName(type).withCapacity(units);
    }

    private static void check(String what, Object expected, Object found) {
        boolean good = expected.equals(found);
        System.out.println((good ? "ok   " : "FAIL ") + what + ": " + found + (good ? "" : " (expected: " + expected + ")"));
        if (!good) {
            System.exit(1);
        }
    }
}
