package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.config.wire.SnapshotId;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StoredResourcesTest {
    private final Stored stored = new Stored().with(Stored.service("westeurope", "eastasia"));

    private String api(String name) {
        Wanted wanted = stored.wanted();
        assertThat(wanted.refusal()).isNull();
        return String.valueOf(Objects.requireNonNull(wanted.apis()).get("apis/" + name));
    }

    @Test
    void aServiceBecomesItsLocations() {
        ServiceInput service = stored.with(Stored.service("West Europe", "eastasia!", "uksouth-"))
                .secret("", "{\"hopSecret\":\"0123456789abcdef\"}")
                .wanted()
                .service();

        assertThat(service.name()).isEqualTo("Contoso");
        assertThat(service.hopSecret()).isEqualTo("0123456789abcdef");
        assertThat(service.locations())
                .containsExactly(
                        new LocationInput("westeurope", 1, false),
                        new LocationInput("eastasia", 1, true),
                        new LocationInput("uksouth", 1, true));
        assertThat(service.toString()).doesNotContain("0123456789abcdef");
    }

    @Test
    void anApiGoesToItsServiceUrl() {
        stored.with("apis/Echo", Stored.api("Echo", "shop/echo", "https://echo.example/base/"));

        assertThat(api("echo"))
                .isEqualTo("{\"name\":\"Echo\",\"path\":\"/shop/echo\",\"backends\":[\"https://echo.example/base\"]}");
    }

    @Test
    void theEmptyPathStandsForEveryPath() {
        stored.with("apis/a", Stored.api("a", "", "http://a.example"));

        assertThat(api("a")).contains("\"path\":\"/\"");
    }

    @Test
    void webSocketsGoByHttp() {
        stored.with("apis/a", Stored.api("a", "a", "wss://a.example"));

        assertThat(api("a")).contains("[\"https://a.example\"]");
    }

    @Test
    void versionsStandBelowThePathOfTheirApi() {
        stored.with(
                "apis/a",
                Stored.api("a", "a", "http://a.example")
                        .replace("\"isCurrent\"", "\"apiVersion\":\"v2\",\"isCurrent\""));

        assertThat(api("a")).contains("\"path\":\"/a/v2\"");
    }

    @Test
    void revisionsThatAreNotCurrentAndApisWithoutBackendAreLeftOut() {
        stored.with("apis/a", Stored.api("a", "a", ""));
        stored.with(
                "apis/b;rev=2",
                Stored.api("b;rev=2", "b", "http://b.example").replace("true,\"type\"", "false,\"type\""));

        assertThat(stored.wanted().apis()).isEmpty();
    }

    @Test
    void anApiThatNeedsAKeySaysSoUnlessAnOpenProductHasIt() {
        String closed = Stored.api("a", "a", "http://a.example").replace("Required\":false", "Required\":true");
        stored.with("apis/a", closed);
        assertThat(api("a")).contains("\"subscription-required\":true");

        stored.with(
                "products/open",
                Stored.entity("products", "open", "{\"subscriptionRequired\":false,\"state\":\"published\"}"));
        stored.with("products/open/apis/a", Stored.entity("products/open/apis", "a", "{}"));

        assertThat(api("a")).doesNotContain("subscription-required");
    }

    @Test
    void aPolicySendsToTheBestMembersOfAPool() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        policy("apis/a/policies/policy", "<base/><set-backend-service backend-id=\"Pool\"/>");
        backend("one", "{\"url\":\"http://one.example\"}");
        backend("two", "{\"url\":\"http://two.example\"}");
        backend("far", "{\"url\":\"http://far.example\"}");
        backend(
                "pool",
                "{\"type\":\"Pool\",\"pool\":{\"services\":[{\"id\":\"/backends/one\",\"priority\":1},"
                        + "{\"id\":\"/backends/two\",\"priority\":1},{\"id\":\"/backends/far\",\"priority\":2}]}}");

        assertThat(api("a")).contains("\"backends\":[\"http://one.example\",\"http://two.example\"]");
    }

    @Test
    void aPoolInsideItselfIsRefusedWithItsPath() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        policy("policies/policy", "<set-backend-service backend-id=\"x\"/>");
        backend("x", "{\"pool\":{\"services\":[{\"id\":\"/backends/y\"}]}}");
        backend("y", "{\"pool\":{\"services\":[{\"id\":\"/backends/x\"}]}}");

        assertThat(stored.wanted().refusal())
                .startsWith("service/contoso/backends/x.properties.pool: {")
                .endsWith("(expected: a pool that is not inside itself)");
    }

    @Test
    void aPolicyThatChoosesByRegionBecomesRegionalBackends() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        policy(
                "apis/a/policies/policy",
                "<base/><choose><when condition=\"@(&quot;East Asia&quot;.Equals(context.Deployment.Region,"
                        + " StringComparison.OrdinalIgnoreCase))\"><set-backend-service base-url=\"http://asia.example/\"/></when>"
                        + "<otherwise><set-backend-service base-url=\"http://other.example\"/></otherwise></choose>");

        assertThat(api("a"))
                .contains(
                        "\"backends\":[\"http://other.example\"],\"regional-backends\":{\"eastasia\":[\"http://asia.example\"]}");
    }

    @Test
    void aBackendForARegionThatTheServiceDoesNotHaveIsLeftOut() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        policy(
                "apis/a/policies/policy",
                "<choose><when condition=\"@(context.Deployment.Region == &quot;West US&quot;)\">"
                        + "<set-backend-service base-url=\"http://us.example\"/></when></choose>");

        assertThat(api("a")).contains("\"backends\":[\"http://a.example\"]").doesNotContain("regional");
    }

    @Test
    void whatDependsOnARequestStaysWithThePolicy() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        policy(
                "apis/a/policies/policy",
                "<choose><when condition=\"@(context.Request.Method == &quot;GET&quot;)\">"
                        + "<set-backend-service base-url=\"http://get.example\"/></when></choose>");

        assertThat(api("a")).contains("\"backends\":[\"http://a.example\"]");
    }

    @Test
    void subscriptionsCarryHashesOnly() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        subscription("s1", "/apis/a", "active");
        subscription("s2", "/apis", "suspended");

        Wanted wanted = stored.wanted();

        assertThat(wanted.subscriptions()).containsOnlyKeys("subscriptions/s1");
        assertThat(wanted.subscriptions().get("subscriptions/s1"))
                .contains("\"apis\":[\"a\"]")
                .doesNotContain("key-one");
    }

    @Test
    void aSubscriptionOpensOnlyApisThatAreInTheSameSnapshot() {
        stored.with("apis/a", Stored.api("a", "a", "http://a.example"));
        stored.with("apis/b", Stored.api("b", "b", "http://b.example"));
        stored.with("products/p", Stored.entity("products", "p", "{\"state\":\"published\"}"));
        stored.with("products/p/apis/a", Stored.entity("products/p/apis", "a", "{}"));
        stored.with("products/p/apis/b", Stored.entity("products/p/apis", "b", "{}"));
        subscription("s1", "/products/p", "active");
        Wanted wanted = stored.wanted();
        SortedMap<String, String> old = new TreeMap<>(Objects.requireNonNull(wanted.apis()));
        old.remove("apis/b");

        Line line = Composer.compose(
                new SnapshotId(1, 1), wanted.service(), Objects.requireNonNull(wanted.subscriptions()), old, List.of());

        assertThat(line.gateways().get("subscriptions/s1")).contains("\"apis\":[\"a\"]");
        assertThat(line.routers()).doesNotContainKey("subscriptions/s1");
    }

    @Test
    void aDamagedApiKeepsNoKeyFromBeingRevoked() {
        stored.with("apis/a", "{\"name\":7}");
        subscription("s1", "/apis", "active");

        Wanted wanted = stored.wanted();

        assertThat(wanted.apis()).isNull();
        assertThat(wanted.refusal())
                .isEqualTo("service/contoso/apis/a.name: 7 (expected: text of 1 to 256 characters)");
        assertThat(wanted.subscriptions()).containsOnlyKeys("subscriptions/s1");
    }

    @Test
    void aSecretIsNotShownWhenItIsWrong() {
        subscription("s1", "/apis", "active");
        stored.secret("subscriptions/s1", "{\"primaryKey\":[\"key-one\"],\"secondaryKey\":\"key-two\"}");

        assertThat(stored.wanted().refusal())
                .contains("subscriptions/s1")
                .contains("***")
                .doesNotContain("key-one");
    }

    @Test
    void aLocationTwiceIsRefused() {
        stored.with(Stored.service("westeurope", "West Europe"));

        assertThatThrownBy(stored::wanted)
                .hasMessage("service/contoso.additional[0].region: \"West Europe\" (expected: each location once)");
    }

    private void policy(String place, String inbound) {
        String xml = "<policies><inbound>" + inbound + "</inbound><backend><base/></backend></policies>";
        stored.with(
                place,
                Stored.entity(
                        "policies", "policy", "{\"format\":\"xml\",\"value\":\"" + xml.replace("\"", "\\\"") + "\"}"));
    }

    private void backend(String name, String properties) {
        stored.with("backends/" + name, Stored.entity("backends", name, properties));
    }

    private void subscription(String name, String scope, String state) {
        stored.with(
                "subscriptions/" + name,
                Stored.entity("subscriptions", name, "{\"scope\":\"" + scope + "\",\"state\":\"" + state + "\"}"));
        stored.secret("subscriptions/" + name, "{\"primaryKey\":\"key-one\",\"secondaryKey\":\"key-two\"}");
    }
}
