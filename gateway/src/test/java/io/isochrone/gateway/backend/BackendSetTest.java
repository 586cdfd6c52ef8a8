package io.isochrone.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.DnsSettings;
import io.isochrone.config.model.HostPort;
import io.isochrone.gateway.Deployments;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.dns.Names;
import io.isochrone.proxy.outcome.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackendSetTest {
    private static final Names NAMES = new Names(DnsSettings.DEFAULTS, true);

    private final BackendDirectory directory = new BackendDirectory("eastus", NAMES);

    private static Backend backend(int port, String base) {
        return new Backend(new HostPort("127.0.0.1", port), base);
    }

    private BackendSet set(Backend... backends) {
        return directory
                .build(deployment(new Api("a", "/a", List.of(backends), Map.of(), false)))
                .get("a");
    }

    private static Deployment deployment(Api... apis) {
        return Deployments.of(apis);
    }

    private static List<Integer> walk(BackendSet set, int start, long now) {
        List<Integer> order = new ArrayList<>();
        long tried = 0;
        for (int next = set.next(start, tried, now); next >= 0; next = set.next(start, tried, now)) {
            order.add(next);
            tried = set.triedWith(tried, next);
        }
        return order;
    }

    @Test
    void requestsGoRoundAndAttemptsGoThroughAll() {
        BackendSet set = set(backend(1, ""), backend(2, ""), backend(3, ""));

        assertThat(List.of(set.start(), set.start(), set.start(), set.start())).containsExactly(0, 1, 2, 0);
        assertThat(walk(set, 1, 0)).containsExactly(1, 2, 0);
    }

    @Test
    void ejectedBackendsComeLastAndAreTriedAllTheSame() {
        BackendSet set = set(backend(1, ""), backend(2, ""), backend(3, ""));
        set.endpoint(1).health().failed(Failure.CONNECT_REFUSED, 0);

        assertThat(walk(set, 1, 0)).containsExactly(2, 0, 1);
        assertThat(set.usable(0)).isEqualTo(2);

        set.endpoint(0).health().failed(Failure.CONNECT_REFUSED, 0);
        set.endpoint(2).health().failed(Failure.CONNECT_REFUSED, 0);
        assertThat(walk(set, 1, 0)).containsExactly(1, 2, 0);
        assertThat(set.usable(0)).isZero();
    }

    @Test
    void aServerThatServesTwoBasePathsIsTriedOnceAndKeepsThemApart() {
        BackendSet set = set(backend(1, "/x"), backend(1, "/y"), backend(2, ""));

        assertThat(walk(set, 0, 0)).containsExactly(0, 2);
        assertThat(walk(set, 1, 0)).containsExactly(1, 2);
        assertThat(set.basePath(0)).isEqualTo("/x");
        assertThat(set.basePath(1)).isEqualTo("/y");
    }

    @Test
    void noBackendsMeansNone() {
        assertThat(walk(set(), 0, 0)).isEmpty();
        assertThat(set().start()).isZero();
    }

    @Test
    void neverGivesAServerTwiceHoweverManyThereAre() {
        Backend[] many = new Backend[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = backend(1 + i % 150, "/" + i);
        }
        BackendSet set = set(many);

        for (int start = 0; start < many.length; start++) {
            Set<Endpoint> seen = new HashSet<>();
            for (int index : walk(set, start, 0)) {
                assertThat(seen.add(set.endpoint(index))).isTrue();
            }
            assertThat(seen).hasSizeGreaterThan(30);
        }
    }

    @Test
    void theRegionsOwnBackendsReplaceTheCommonOnes() {
        Api api = new Api("a", "/a", List.of(backend(1, "")), Map.of("eastus", List.of(backend(2, ""))), false);

        BackendSet here = directory.build(deployment(api)).get("a");
        BackendSet elsewhere =
                new BackendDirectory("westeurope", NAMES).build(deployment(api)).get("a");

        assertThat(here.authority(0)).isEqualTo("127.0.0.1:2");
        assertThat(elsewhere.authority(0)).isEqualTo("127.0.0.1:1");
    }

    @Test
    void apisShareAServerAndAReloadKeepsWhatIsKnownOfIt() {
        Api a = new Api("a", "/a", List.of(backend(1, "/x"), backend(2, "")), Map.of(), false);
        Api b = new Api("b", "/b", List.of(backend(1, "/y")), Map.of(), false);
        Map<String, BackendSet> before = directory.build(deployment(a, b));
        before.get("a").endpoint(0).health().failed(Failure.CONNECT_REFUSED, 0);

        Map<String, BackendSet> after = directory.build(deployment(b));

        assertThat(before.get("b").endpoint(0)).isSameAs(before.get("a").endpoint(0));
        assertThat(after.get("b").endpoint(0)).isSameAs(before.get("b").endpoint(0));
        assertThat(after.get("b").usable(0)).isZero();
        assertThat(after).containsOnlyKeys("b");
    }
}
