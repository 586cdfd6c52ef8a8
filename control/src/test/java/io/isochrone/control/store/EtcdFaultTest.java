package io.isochrone.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to commits, reads and watches when members of a real cluster die or hang. */
@Timeout(180)
class EtcdFaultTest {
    private static final Change.Audit ALICE = new Change.Audit("alice", "PUT");
    private static final int THREADS = 6;
    private static final int COUNTERS = 3;

    @TempDir
    Path folder;

    private EtcdCluster cluster;

    enum Fault {
        KILLED,
        FROZEN
    }

    @BeforeEach
    void startCluster() throws Exception {
        cluster = EtcdCluster.start(folder, 3);
    }

    @AfterEach
    void stopCluster() {
        cluster.close();
    }

    /**
     * Threads count by compare-and-set, half of them audited, each through its own order of members, while the leader is lost and comes
     * back, twice. Each increment has an id, so that one that happened twice, or that was acknowledged and is not there, is found.
     */
    @ParameterizedTest
    @EnumSource
    void losesAndDoublesNothingWhenTheLeaderIsLostUnderWrites(Fault fault) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> unknown = ConcurrentHashMap.newKeySet();
        AtomicLong afterFault = new AtomicLong();
        AtomicBoolean faulty = new AtomicBoolean();
        CountDownLatch warm = new CountDownLatch(THREADS * 5);
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();

        try (Store watched = connect(1);
                Store.Watch watch = watched.watch(told::add)) {
            StoreContractTest.together(THREADS + 1, i -> {
                if (i == THREADS) {
                    try {
                        assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
                        for (int round = 0; round < 2; round++) {
                            lose(fault, afterFault, faulty);
                        }
                    } finally {
                        done.set(true);
                    }
                } else {
                    try (Store mine = connect(i)) {
                        count(mine, i, done, acknowledged, unknown, () -> {
                            warm.countDown();
                            if (faulty.get()) {
                                afterFault.incrementAndGet();
                            }
                        });
                    }
                }
            });

            check(acknowledged, unknown);
            StoreContractTest.awaitTold(told, watched.commit(StoreContractTest.put1("last", "1")));
        }
    }

    @Test
    void watchesOnWhenTheMemberItListensToHangs() throws Exception {
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
        try (Store watched = EtcdStore.connect(order(0), EtcdOptions.DEFAULTS);
                Store.Watch watch = watched.watch(told::add);
                Store writer = EtcdStore.connect(order(1), EtcdOptions.DEFAULTS)) {
            StoreContractTest.awaitTold(told, writer.commit(StoreContractTest.put1("a", "1")));

            cluster.freeze(0);

            StoreContractTest.awaitTold(told, writer.commit(StoreContractTest.put1("a", "2")));
            StoreContractTest.awaitTold(told, writer.commit(StoreContractTest.put1("a", "3")));
        }
    }

    @Test
    void saysSoWithoutAMajorityAndWorksAgainWithOne() throws Exception {
        EtcdOptions options = EtcdOptions.DEFAULTS.within(Duration.ofSeconds(1), Duration.ofSeconds(3));
        try (Store store = EtcdStore.connect(order(0), options)) {
            long first = store.commit(Change.by(ALICE).put("a", "1").build());
            cluster.kill(1);
            cluster.kill(2);

            assertThatThrownBy(() -> store.get("a"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("(expected: more than half of its members up and reachable)");
            assertThatThrownBy(() -> store.commit(StoreContractTest.put1("a", "2")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the commit is not known to be stored");
            assertThatThrownBy(() -> store.lead("publisher", "a", Duration.ofSeconds(5)))
                    .isInstanceOf(StoreException.class);

            cluster.start(1);
            cluster.start(2);
            cluster.awaitHealthy(0);
            cluster.awaitHealthy(1);
            Entry entry = store.get("a");
            assertThat(entry.value()).isIn("1", "2");
            long second = store.commit(
                    Change.by(ALICE).expect("a", entry.revision()).put("a", "3").build());
            assertThat(second).isGreaterThan(first);
        }
    }

    @Test
    void saysThatEtcdIsFullAndWorksAgainWhenThereIsRoom() throws Exception {
        cluster.close();
        cluster = EtcdCluster.start(Files.createDirectory(folder.resolve("small")), 1, "--quota-backend-bytes=2000000");
        Set<String> stored = ConcurrentHashMap.newKeySet();
        try (Store store = EtcdStore.connect(cluster.endpoints(), EtcdOptions.DEFAULTS)) {
            // Several at once, so that members find out about the quota after a proposal as well as before one.
            StoreContractTest.together(
                    THREADS,
                    thread -> assertThatThrownBy(() -> {
                                SplittableRandom random = new SplittableRandom(7 + thread);
                                for (int i = thread; i < 100; i += THREADS) {
                                    String value =
                                            Long.toHexString(random.nextLong()).repeat(20_000);
                                    store.commit(StoreContractTest.put1("a/" + i, value.substring(0, 200_000)));
                                    stored.add("a/" + i);
                                }
                            })
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("etcd: full, nothing was changed (expected: room"));
            assertThat(store.list("a/").entries()).extracting(Entry::key).containsExactlyInAnyOrderElementsOf(stored);

            makeRoom();
            assertThat(store.commit(StoreContractTest.put1("b", "1"))).isPositive();
        }
    }

    @Test
    void signsInWithUserAndPassword() throws Exception {
        cluster.post(0, "/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"s3cret\"}");
        cluster.post(0, "/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        assertThat(cluster.post(0, "/v3/auth/enable", "{}").has("error")).isFalse();

        assertThatThrownBy(() -> EtcdStore.connect(order(0), EtcdOptions.DEFAULTS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("(expected: a user that may read and write under the prefix)");
        assertThatThrownBy(() -> EtcdStore.connect(order(0), EtcdOptions.DEFAULTS.as("root", "wrong")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("(expected: a user that may read and write under the prefix)");
        EtcdOptions options = EtcdOptions.DEFAULTS.as("root", "s3cret");
        assertThat(options.toString()).doesNotContain("s3cret");
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
        try (Store store = EtcdStore.connect(order(0), options);
                Store other = EtcdStore.connect(order(1), options);
                Store.Watch watch = other.watch(told::add)) {
            StoreContractTest.awaitTold(
                    told, store.commit(Change.by(ALICE).put("a", "1").build()));
            assertThat(store.lead("publisher", "a", Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void trustsTheAuthoritiesOfItsFileOnly() throws Exception {
        cluster.close();
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        issue(certificate, key);
        cluster = EtcdCluster.start(
                Files.createDirectory(folder.resolve("tls")), 1, "--cert-file=" + certificate, "--key-file=" + key);
        EtcdOptions options = EtcdOptions.DEFAULTS.within(Duration.ofSeconds(2), Duration.ofSeconds(4));

        try (Store store = EtcdStore.connect(cluster.endpoints(), options.trusting(certificate))) {
            LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
            try (Store.Watch watch = store.watch(told::add)) {
                StoreContractTest.awaitTold(
                        told, store.commit(Change.by(ALICE).put("a", "1").build()));
            }
        }
        assertThatThrownBy(() -> EtcdStore.connect(cluster.endpoints(), options))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("SSLHandshakeException");
    }

    /** A certificate for 127.0.0.1 that has signed itself, with its key, as PEM files. */
    private void issue(Path certificate, Path key) throws Exception {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=etcd",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString(),
                        "-alias",
                        "etcd")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
        Files.writeString(
                certificate, pem("CERTIFICATE", store.getCertificate("etcd").getEncoded()));
        Files.writeString(
                key,
                pem(
                        "PRIVATE KEY",
                        store.getKey("etcd", "changeit".toCharArray()).getEncoded()));
    }

    private static String pem(String name, byte[] bytes) {
        return "-----BEGIN " + name + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + name + "-----\n";
    }

    private void lose(Fault fault, AtomicLong afterFault, AtomicBoolean faulty) throws Exception {
        int leader = cluster.leader();
        if (fault == Fault.KILLED) {
            cluster.kill(leader);
        } else {
            cluster.freeze(leader);
        }
        afterFault.set(0);
        faulty.set(true);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (afterFault.get() < THREADS * 5L && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(afterFault.get()).as("commits while a member is lost").isGreaterThanOrEqualTo(THREADS * 5L);
        faulty.set(false);
        if (fault == Fault.KILLED) {
            cluster.start(leader);
        } else {
            cluster.thaw(leader);
        }
        cluster.awaitHealthy(leader);
    }

    private static void count(
            Store store,
            int thread,
            AtomicBoolean done,
            Set<String> acknowledged,
            Set<String> unknown,
            Runnable counted) {
        SplittableRandom random = new SplittableRandom(100 + thread);
        for (int n = 0; !done.get(); n++) {
            String key = "counter/" + random.nextInt(COUNTERS);
            String id = "done/" + thread + "/" + n + "/" + key.substring(key.length() - 1);
            try {
                while (!increment(store, key, id, thread % 2 == 0)) {}
                acknowledged.add(id);
                counted.run();
            } catch (StoreException e) {
                if (String.valueOf(e.getMessage()).contains("not known")) {
                    unknown.add(id);
                }
            }
        }
    }

    /** Puts the id too, without a condition, so that only the store itself keeps it from happening twice. */
    private static boolean increment(Store store, String key, String id, boolean audited) {
        Entry entry = store.get(key);
        long value = entry == null ? 0 : Long.parseLong(entry.value());
        try {
            store.commit(Change.by(audited ? ALICE : null)
                    .expect(key, entry == null ? 0 : entry.revision())
                    .put(key, "" + (value + 1))
                    .put(id, "1")
                    .build());
            return true;
        } catch (ConflictException e) {
            return false;
        }
    }

    private void check(Set<String> acknowledged, Set<String> unknown) {
        try (Store store = connect(0)) {
            Set<String> done =
                    store.list("done/").entries().stream().map(Entry::key).collect(Collectors.toSet());
            assertThat(done).as("nothing acknowledged is lost").containsAll(acknowledged);
            Set<String> surprising = new HashSet<>(done);
            surprising.removeAll(acknowledged);
            assertThat(unknown).as("nothing refused has happened").containsAll(surprising);
            Map<String, Long> expected = done.stream()
                    .collect(Collectors.groupingBy(
                            id -> "counter/" + id.substring(id.length() - 1), Collectors.counting()));
            expected.forEach((key, count) ->
                    assertThat(store.get(key).value()).as("each happened once").isEqualTo("" + count));
            long audited = done.stream()
                    .filter(id -> Integer.parseInt(id.split("/")[1]) % 2 == 0)
                    .count();
            assertThat(history(store)).as("one entry of history each").isEqualTo(audited);
        }
    }

    private static long history(Store store) {
        long count = 0;
        long before = 0;
        for (List<PastChange> page = store.history(0, 500); !page.isEmpty(); page = store.history(before, 500)) {
            count += page.size();
            before = page.get(page.size() - 1).revision();
        }
        return count;
    }

    private void makeRoom() {
        String revision = cluster.post(0, "/v3/kv/range", "{\"key\":\"eA==\"}")
                .path("header")
                .path("revision")
                .asText();
        for (int i = 0; i < 100; i++) {
            cluster.post(0, "/v3/kv/deleterange", "{\"key\":\"" + EtcdKeys.base64("isochrone/data/a/" + i) + "\"}");
        }
        String now = cluster.post(0, "/v3/kv/range", "{\"key\":\"eA==\"}")
                .path("header")
                .path("revision")
                .asText();
        assertThat(Long.parseLong(now)).isGreaterThan(Long.parseLong(revision));
        cluster.post(0, "/v3/kv/compaction", "{\"revision\":\"" + now + "\",\"physical\":true}");
        cluster.post(0, "/v3/maintenance/defragment", "{}");
        String member = cluster.post(0, "/v3/maintenance/alarm", "{\"action\":\"GET\"}")
                .path("alarms")
                .path(0)
                .path("memberID")
                .asText();
        cluster.post(
                0,
                "/v3/maintenance/alarm",
                "{\"action\":\"DEACTIVATE\",\"alarm\":\"NOSPACE\",\"memberID\":\"" + member + "\"}");
    }

    private Store connect(int first) {
        return EtcdStore.connect(order(first), EtcdOptions.DEFAULTS);
    }

    private List<URI> order(int first) {
        List<URI> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(cluster.endpoint((first + i) % 3));
        }
        return all;
    }
}
