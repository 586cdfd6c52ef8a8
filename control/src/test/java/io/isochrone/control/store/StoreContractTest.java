package io.isochrone.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.control.store.PastChange.KeyChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does, whatever it stands on. */
@Timeout(60)
abstract class StoreContractTest {
    private static final Change.Audit ALICE = new Change.Audit("alice", "PUT /subscriptions/1");

    Store store;

    /** An empty store. */
    abstract Store open() throws Exception;

    /** Another way to the same data, as another replica has; the same one where there can be one only. */
    abstract Store other() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(store.get("resources/a")).isNull();
        assertThat(store.list("")).isEqualTo(new Contents(List.of(), 0));
        assertThat(store.history(0, 10)).isEmpty();
    }

    @Test
    void keepsWhatIsPutWithTheRevisionThatWroteIt() throws Exception {
        long first = put("a", "1");
        long second = put("b", "2 – €, 🚀");

        assertThat(second).isGreaterThan(first).isGreaterThan(0);
        assertThat(store.get("a")).isEqualTo(new Entry("a", "1", first));
        assertThat(other().get("b")).isEqualTo(new Entry("b", "2 – €, 🚀", second));
    }

    @Test
    void keepsEmptyAndStrangeValues() {
        String strange = "\u0000\n\"\\\t\ufffe \ud83d\ude80 ' -- ; %s";
        store.commit(Change.by(ALICE).put("a", "").put("b", strange).build());

        assertThat(store.get("a").value()).isEmpty();
        assertThat(store.get("b").value()).isEqualTo(strange);
        assertThat(store.history(0, 1).get(0).keys())
                .containsExactly(new KeyChange("a", null, ""), new KeyChange("b", null, strange));
    }

    @Test
    void takesKeysAwayWhetherOrNotTheyWereThere() {
        put("a", "1");

        long revision = store.commit(Change.by(null).delete("a").delete("b").build());

        assertThat(store.list("")).isEqualTo(new Contents(List.of(), revision));
    }

    @Test
    void commitsWhenConditionsHold() {
        long first = put("a", "1");

        long second = store.commit(
                Change.by(null).expect("a", first).expect("b", 0).put("a", "2").build());

        assertThat(store.get("a")).isEqualTo(new Entry("a", "2", second));
    }

    @Test
    void changesNothingWhenOneConditionDoesNotHold() {
        long first = put("a", "1");
        long second = put("b", "1");

        assertThatThrownBy(() -> store.commit(Change.by(ALICE)
                        .expect("a", first)
                        .expect("b", first)
                        .put("a", "2")
                        .put("c", "2")
                        .delete("b")
                        .build()))
                .isInstanceOf(ConflictException.class)
                .extracting(e -> ((ConflictException) e).key())
                .isEqualTo("b");

        assertThat(store.list(""))
                .isEqualTo(new Contents(List.of(new Entry("a", "1", first), new Entry("b", "1", second)), second));
        assertThat(store.history(0, 10)).isEmpty();
    }

    @Test
    void refusesToMakeWhatIsThere() {
        put("a", "1");

        assertThatThrownBy(() -> store.commit(
                        Change.by(null).expect("a", 0).put("a", "2").build()))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void refusesToChangeWhatIsGoneOrCameBack() {
        long first = put("a", "1");
        store.commit(Change.by(null).delete("a").build());
        Change change = Change.by(null).expect("a", first).put("a", "2").build();

        assertThatThrownBy(() -> store.commit(change)).isInstanceOf(ConflictException.class);

        put("a", "1");
        assertThatThrownBy(() -> store.commit(change)).isInstanceOf(ConflictException.class);
    }

    @Test
    void raisesTheRevisionForChangesOfNothing() {
        long first = put("a", "1");

        long second = store.commit(Change.by(ALICE).expect("a", first).build());

        assertThat(second).isGreaterThan(first);
        assertThat(store.list("").revision()).isEqualTo(second);
        assertThat(store.history(0, 1).get(0).keys()).isEmpty();
    }

    @Test
    void listsByPrefixInOrderOfCodePoints() {
        store.commit(Change.by(null)
                .put("p", "")
                .put("p/a", "1")
                .put("p/a/b", "2")
                .put("p/é", "3")
                .put("p/\uff5e", "4")
                .put("p/\ud83d\ude80", "5")
                .put("p0", "6")
                .put("q", "7")
                .build());

        assertThat(store.list("p/").entries())
                .extracting(Entry::key)
                .containsExactly("p/a", "p/a/b", "p/é", "p/\uff5e", "p/\ud83d\ude80");
        assertThatIllegalArgumentException().isThrownBy(() -> store.list("p/\ud83d"));
        assertThat(store.list("").entries()).hasSize(8);
    }

    @Test
    void listsMoreThanOneAnswerOfTheBackEndHolds() {
        String value = "x".repeat(900_000);
        for (int i = 0; i < 8; i++) {
            put("large/" + i, value);
        }
        for (int i = 0; i < 6; i++) {
            Change.Builder change = Change.by(null);
            for (int j = 0; j < 100; j++) {
                change.put("small/" + i + "/" + j, "v");
            }
            store.commit(change.build());
        }

        assertThat(store.list("").entries())
                .hasSize(608)
                .isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
    }

    @Test
    void remembersAuditedChangesNewestFirst() {
        long first = store.commit(
                Change.by(ALICE).put("a", "1").put("b", "1").delete("c").build());
        put("a", "2");
        Change.Audit bob = new Change.Audit("bob", "DELETE /b");
        long third = store.commit(Change.by(bob).delete("b").put("a", "3").build());

        List<PastChange> history = store.history(0, 10);

        assertThat(history).extracting(PastChange::revision).containsExactly(third, first);
        assertThat(history.get(0).audit()).isEqualTo(bob);
        assertThat(history.get(0).keys()).containsExactly(new KeyChange("a", "2", "3"), new KeyChange("b", "1", null));
        assertThat(history.get(1).keys()).containsExactly(new KeyChange("a", null, "1"), new KeyChange("b", null, "1"));
        assertThat(history.get(1).at()).isBeforeOrEqualTo(history.get(0).at());
    }

    @Test
    void pagesThroughHistory() throws Exception {
        List<Long> revisions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            revisions.add(0, store.commit(Change.by(ALICE).put("a", "" + i).build()));
            put("b", "" + i);
        }

        List<Long> paged = new ArrayList<>();
        long before = 0;
        for (List<PastChange> page = other().history(before, 3); !page.isEmpty(); page = other().history(before, 3)) {
            page.forEach(each -> paged.add(each.revision()));
            before = paged.get(paged.size() - 1);
        }

        assertThat(paged).isEqualTo(revisions);
        assertThat(store.history(revisions.get(4) + 1, 1).get(0).revision()).isEqualTo(revisions.get(4));
    }

    @Test
    void tellsWatchersOfTheNewestRevision() throws Exception {
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
        try (Store.Watch watch = other().watch(told::add)) {
            long last = 0;
            for (int i = 0; i < 30; i++) {
                last = put("a", "" + i);
            }

            awaitTold(told, last);
            assertThat(told).isEmpty();
            long next = put("a", "next");
            awaitTold(told, next);
        }
    }

    @Test
    void tellsSeveralRevisionsAsOneToASlowWatcher() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
        try (Store.Watch watch = store.watch(revision -> {
            begun.countDown();
            await(goOn);
            told.add(revision);
        })) {
            long first = put("a", "0");
            assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
            long last = 0;
            for (int i = 0; i < 10; i++) {
                last = put("a", "" + i);
            }
            goOn.countDown();

            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo(first);
            awaitTold(told, last);
        }
    }

    @Test
    void tellsOthersWhenOneWatcherFails() throws Exception {
        LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
        try (Store.Watch bad = store.watch(revision -> {
                    throw new IllegalStateException("planned");
                });
                Store.Watch good = store.watch(told::add)) {
            awaitTold(told, put("a", "1"));
            awaitTold(told, put("a", "2"));
        }
    }

    @Test
    void tellsNothingAfterAWatchIsClosed() throws Exception {
        LinkedBlockingQueue<Long> closed = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Long> open = new LinkedBlockingQueue<>();
        store.watch(closed::add).close();
        try (Store.Watch watch = store.watch(open::add)) {
            awaitTold(open, put("a", "1"));
        }
        assertThat(closed).isEmpty();
    }

    @Test
    void givesALeaseToOneOwnerAtATime() throws Exception {
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(30))).isTrue();
        assertThat(other().lead("publisher", "b", Duration.ofSeconds(30))).isFalse();
        assertThat(store.lead("publisher", "a", Duration.ofSeconds(30))).isTrue();
        assertThat(other().lead("rollout", "b", Duration.ofSeconds(30))).isTrue();
        assertThat(store.lead("rollout", "a", Duration.ofSeconds(30))).isFalse();
    }

    @Test
    void givesALeaseToOneOfManyWhoAskAtOnce() throws Exception {
        Store second = other();
        AtomicLong holders = new AtomicLong();
        together(8, i -> {
            if ((i % 2 == 0 ? store : second).lead("publisher", "owner-" + i, Duration.ofSeconds(30))) {
                holders.incrementAndGet();
            }
        });

        assertThat(holders).hasValue(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void losesNoUpdateOfThreadsThatCompareAndSet(long seed) throws Exception {
        Store second = other();
        Map<String, AtomicLong> expected = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            expected.put("counter/" + i, new AtomicLong());
        }

        together(8, i -> {
            SplittableRandom random = new SplittableRandom(seed * 100 + i);
            Store mine = i % 2 == 0 ? store : second;
            for (int round = 0; round < 20; round++) {
                String key = "counter/" + random.nextInt(3);
                increment(mine, key, random.nextBoolean());
                expected.get(key).incrementAndGet();
            }
        });

        expected.forEach((key, count) -> assertThat(store.get(key).value()).isEqualTo(count.toString()));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3, 4})
    void showsNobodyHalfACommit(long seed) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Store second = other();
        together(4, i -> {
            SplittableRandom random = new SplittableRandom(seed * 100 + i);
            if (i == 0) {
                try {
                    for (int round = 0; round < 100; round++) {
                        String value = "" + random.nextInt(1_000_000);
                        store.commit(Change.by(ALICE)
                                .put("pair/a", value)
                                .put("pair/b", value)
                                .build());
                    }
                } finally {
                    done.set(true);
                }
            } else {
                long newest = 0;
                while (!done.get()) {
                    Contents contents = second.list("pair/");
                    assertThat(contents.entries().stream().map(Entry::value).distinct())
                            .hasSizeLessThanOrEqualTo(1);
                    assertThat(contents.entries()).allMatch(entry -> entry.revision() <= contents.revision());
                    assertThat(contents.revision()).isGreaterThanOrEqualTo(newest);
                    newest = contents.revision();
                }
            }
        });

        List<PastChange> history = store.history(0, 100);
        assertThat(history).hasSize(100);
        for (int i = 1; i < history.size(); i++) {
            assertThat(history.get(i - 1).keys().get(0).before())
                    .isEqualTo(history.get(i).keys().get(0).after());
        }
    }

    @Test
    void acceptsWhatIsJustWithinTheBounds() {
        Change.Builder change = Change.by(ALICE).put("k".repeat(1024), "é".repeat(1 << 19));
        for (int i = 1; i < Change.MAX_KEYS; i++) {
            change.expect("b/" + i, 0).put("b/" + i, "v");
        }

        long revision = store.commit(change.build());

        assertThat(store.list("b/").entries()).hasSize(Change.MAX_KEYS - 1);
        assertThat(store.history(0, 1).get(0).revision()).isEqualTo(revision);
    }

    @Test
    void refusesWhatIsBeyondTheBoundsWithTheReason() {
        Change.Builder many = Change.by(null);
        for (int i = 0; i <= Change.MAX_KEYS; i++) {
            many.expect("a/" + i, 0);
        }
        Change.Builder large = Change.by(null);
        for (int i = 0; i < 5; i++) {
            large.put("a/" + i, "x".repeat(1 << 20));
        }

        refuses(many.build(), "keys of one commit: 121 (expected: at most 120)");
        refuses(large.build(), "bytes of one commit: 5242880 (expected: at most 4194304)");
        refuses(put1("A", "v"), "key: A (expected: lower case)");
        refuses(put1("", "v"), "key: \"\" (expected: at least one character)");
        refuses(put1("a\n", "v"), "expected: text without control characters");
        refuses(put1("\ud83d", "v"), "expected: text without control characters");
        refuses(put1("a".repeat(1025), "v"), "length of a key: 1025 (expected: at most 1024)");
        refuses(put1("a", "x".repeat((1 << 20) + 1)), "bytes of a: 1048577 (expected: at most 1048576)");
        refuses(put1("a", "\udc00"), "value of a: a lone surrogate (expected: text)");
        refuses(Change.by(null).put("a", "").delete("a").build(), "either put or deleted");
        refuses(Change.by(null).expect("a", -1).build(), "expected revision of a: -1 (expected: >= 0)");
        assertThatIllegalArgumentException().isThrownBy(() -> store.history(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store.history(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store.lead("a", "b", Duration.ZERO));
        assertThat(store.list("").revision()).isZero();
    }

    @Test
    void saysThatItIsClosed() {
        put("a", "1");
        store.close();

        assertThatThrownBy(() -> put("a", "2"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> store.get("a"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
    }

    final long put(String key, String value) {
        return store.commit(put1(key, value));
    }

    static Change put1(String key, String value) {
        return Change.by(null).put(key, value).build();
    }

    /** Adds one by compare-and-set, again until it holds; a commit that is not known to be stored is an error. */
    static void increment(Store store, String key, boolean audited) {
        while (true) {
            Entry entry = store.get(key);
            long value = entry == null ? 0 : Long.parseLong(entry.value());
            try {
                store.commit(Change.by(audited ? ALICE : null)
                        .expect(key, entry == null ? 0 : entry.revision())
                        .put(key, "" + (value + 1))
                        .build());
                return;
            } catch (ConflictException e) {
                // Another thread was first.
            }
        }
    }

    interface Work {
        void as(int thread) throws Exception;
    }

    static void together(int threads, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                all.add(() -> {
                    work.as(thread);
                    return null;
                });
            }
            for (Future<Void> each : pool.invokeAll(all)) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    static void awaitTold(LinkedBlockingQueue<Long> told, long revision) throws InterruptedException {
        long last = 0;
        while (last < revision) {
            Long next = told.poll(15, TimeUnit.SECONDS);
            assertThat(next).as("told in time").isNotNull().isGreaterThan(last);
            last = next;
        }
        assertThat(last).isEqualTo(revision);
    }

    private void refuses(Change change, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.commit(change))
                .withMessageContaining(message);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
