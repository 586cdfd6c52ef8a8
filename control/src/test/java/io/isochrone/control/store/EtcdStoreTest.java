package io.isochrone.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real cluster of three, and what only etcd has. */
@Timeout(60)
class EtcdStoreTest extends StoreContractTest {
    private static final Change.Audit ALICE = new Change.Audit("alice", "PUT");
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    @TempDir
    static Path folder;

    private static EtcdCluster cluster;

    private final String prefix = "test-" + PREFIXES.incrementAndGet() + "/";
    private final List<Store> others = new ArrayList<>();

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = EtcdCluster.start(folder, 3);
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    Store open() {
        return EtcdStore.connect(cluster.endpoints(), EtcdOptions.DEFAULTS.under(prefix));
    }

    /** By another member first. */
    @Override
    Store other() {
        if (others.isEmpty()) {
            List<URI> endpoints = List.of(cluster.endpoint(2), cluster.endpoint(1));
            others.add(EtcdStore.connect(endpoints, EtcdOptions.DEFAULTS.under(prefix)));
        }
        return others.get(0);
    }

    @AfterEach
    void closeOthers() {
        others.forEach(Store::close);
    }

    @Test
    void keepsPrefixesApart() {
        put("a", "1");

        try (Store stranger = EtcdStore.connect(cluster.endpoints(), EtcdOptions.DEFAULTS.under("other-" + prefix))) {
            assertThat(stranger.list("").entries()).isEmpty();
        }
    }

    @Test
    void refusesAnotherFormat() {
        cluster.post(
                0,
                "/v3/kv/put",
                "{\"key\":\"" + EtcdKeys.base64("new-" + prefix + "format") + "\",\"value\":\"" + EtcdKeys.base64("2")
                        + "\"}");

        assertThatThrownBy(() -> EtcdStore.connect(cluster.endpoints(), EtcdOptions.DEFAULTS.under("new-" + prefix)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format is 2 (expected: 1");
    }

    @Test
    void endsALeaseThatIsNotRenewed() {
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(2))).isTrue();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!other().lead("publisher", "b", Duration.ofSeconds(2)) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }

        assertThat(other().lead("publisher", "b", Duration.ofSeconds(2))).isTrue();
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(2))).isFalse();
    }

    @Test
    void saysThatACommitIsLargerThanEtcdTakes() {
        Change.Builder change = Change.by(null);
        for (int i = 0; i < 4; i++) {
            change.put("large/" + i, "x".repeat(1 << 20));
        }

        assertThatThrownBy(() -> store.commit(change.build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(
                        "nothing was changed (expected: less at once, or members with --max-request-bytes");
        assertThat(store.list("").entries()).isEmpty();
        assertThat(put("a", "1")).isPositive();
    }

    @Test
    void keepsTheNewestChanges() {
        try (Store few = EtcdStore.connect(
                cluster.endpoints(), EtcdOptions.DEFAULTS.under(prefix), InstantSource.system(), 40, 1 << 20)) {
            List<Long> revisions = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                revisions.add(0, few.commit(Change.by(ALICE).put("a", "" + i).build()));
            }

            List<PastChange> history = few.history(0, 1000);
            assertThat(history).hasSizeBetween(40, 40 + 32);
            assertThat(history).extracting(PastChange::revision).isEqualTo(revisions.subList(0, history.size()));
            assertThat(few.history(revisions.get(99), 10)).isEmpty();
        }
    }

    @Test
    void keepsFewerChangesWhenTheyAreLarge() {
        try (Store few = EtcdStore.connect(
                cluster.endpoints(), EtcdOptions.DEFAULTS.under(prefix), InstantSource.system(), 1000, 2_000)) {
            for (int i = 0; i < 64; i++) {
                few.commit(Change.by(ALICE).put("a", "" + i).build());
            }

            assertThat(few.history(0, 1000)).hasSizeBetween(1, 40);
        }
    }

    @Test
    void goesOnWhenTheLeaseOfItsMarksIsGone() throws Exception {
        long first = store.commit(Change.by(ALICE).put("a", "1").build());
        for (var lease : cluster.post(0, "/v3/lease/leases", "{}").path("leases")) {
            cluster.post(0, "/v3/lease/revoke", "{\"ID\":\"" + lease.path("ID").asText() + "\"}");
        }

        long second =
                store.commit(Change.by(ALICE).expect("a", first).put("a", "2").build());

        assertThat(store.get("a")).isEqualTo(new Entry("a", "2", second));
        assertThat(store.history(0, 10)).hasSize(2);
    }

    @Test
    void goesOnWatchingAfterACompaction() throws Exception {
        var told = new java.util.concurrent.LinkedBlockingQueue<Long>();
        try (Store.Watch watch = other().watch(told::add)) {
            awaitTold(told, put("a", "1"));
            for (int i = 0; i < 20; i++) {
                cluster.post(1, "/v3/kv/put", "{\"key\":\"" + EtcdKeys.base64("stranger") + "\",\"value\":\"\"}");
            }
            String revision = cluster.post(1, "/v3/kv/range", "{\"key\":\"" + EtcdKeys.base64("x") + "\"}")
                    .path("header")
                    .path("revision")
                    .asText();
            assertThat(cluster.post(1, "/v3/kv/compaction", "{\"revision\":\"" + revision + "\",\"physical\":true}")
                            .has("error"))
                    .isFalse();

            awaitTold(told, put("a", "2"));
            try (Store late = open()) {
                var lateTold = new java.util.concurrent.LinkedBlockingQueue<Long>();
                late.watch(lateTold::add);
                awaitTold(lateTold, put("a", "3"));
            }
        }
    }

    @Test
    void leavesAnEndpointThatNobodyListensOn() throws Exception {
        List<URI> endpoints = new ArrayList<>(List.of(URI.create("http://127.0.0.1:1")));
        endpoints.addAll(cluster.endpoints());

        try (Store far = EtcdStore.connect(endpoints, EtcdOptions.DEFAULTS.under(prefix))) {
            long revision = far.commit(put1("a", "1"));
            assertThat(store.get("a")).isEqualTo(new Entry("a", "1", revision));
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        EtcdOptions options = EtcdOptions.DEFAULTS.within(Duration.ofMillis(200), Duration.ofMillis(500));

        assertThatThrownBy(() -> EtcdStore.connect(List.of(URI.create("http://127.0.0.1:1")), options))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("etcd: no answer within 500 ms: http://127.0.0.1:1")
                .hasMessageContaining("(expected: more than half of its members up and reachable)");
    }

    @Test
    void refusesCertificatesThatAreNone() throws Exception {
        Path file = Files.writeString(folder.resolve("none.pem"), "");

        assertThatThrownBy(() -> EtcdStore.connect(cluster.endpoints(), EtcdOptions.DEFAULTS.trusting(file)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("(expected: certificates in PEM form)");
    }
}
