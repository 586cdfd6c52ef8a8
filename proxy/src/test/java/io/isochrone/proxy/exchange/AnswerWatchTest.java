package io.isochrone.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Hedging;
import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AnswerWatchTest {
    private static final class Health implements EndpointHealth {
        private int silences;
        private boolean suspect;
        private boolean mute;

        @Override
        public boolean isUsable(long nowNanos) {
            return !suspect && !mute;
        }

        @Override
        public boolean isWatched() {
            return true;
        }

        @Override
        public boolean isSuspect() {
            return suspect;
        }

        @Override
        public boolean isMute() {
            return mute;
        }

        @Override
        public void silent(long nowNanos) {
            silences++;
            suspect = true;
        }

        @Override
        public void failed(Failure failure, long nowNanos) {}

        @Override
        public void succeeded(long nanos, long nowNanos) {}
    }

    private final class Request extends AnswerWatch.Waiter {
        private final boolean leaves;
        private long dueMillis;

        Request(boolean leaves) {
            this.leaves = leaves;
        }

        @Override
        void endpointMute() {
            told.add(this);
            if (leaves) {
                leaveWatch();
            }
        }

        @Override
        void endpointSilent() {
            asked.add(this);
            if (leaves) {
                leaveWatch();
            }
        }
    }

    private final List<Request> told = new ArrayList<>();
    private final List<Request> asked = new ArrayList<>();
    private final Health health = new Health();
    private final Endpoint endpoint =
            new Endpoint("node", "westeurope", InetSocketAddress.createUnresolved("test", 1), health);
    private final AnswerWatches watches = new AnswerWatches(() -> {});
    private final AnswerWatch watch = Objects.requireNonNull(watches.of(endpoint, 0));

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Request send(long atMillis, boolean leaves) {
        Request request = new Request(leaves);
        watch.add(request, millis(atMillis));
        return request;
    }

    /** A node that answers everything within 20 ms. */
    private void learn() {
        for (int i = 0; i < 50; i++) {
            send(i * 20L, true).answered(millis(i * 20L + 20));
        }
    }

    @Test
    void aNodeThatFreezesUnderLoadIsSuspectedWithinATenthOfASecond() {
        learn();
        for (int t = 1000; t < 1060; t++) {
            send(t, true);
        }

        listen(1000, 1060);
        assertThat(health.silences).isZero();
        listen(1065, 1075);

        assertThat(health.silences).isEqualTo(1);
        listen(1080, 1100);
        assertThat(health.silences).isEqualTo(1);
    }

    /** Looks as a loop does, at least every 5 ms. */
    private void listen(long fromMillis, long toMillis) {
        for (long t = fromMillis; t <= toMillis; t += 5) {
            watches.look(Hedging.DEFAULTS, millis(t));
        }
    }

    @Test
    void manyOverdueAnswersNeedNotWaitForTheProbeAndEachIsAskedOnce() {
        learn();
        List<Request> sent = new ArrayList<>();
        for (int t = 1000; t < 1060; t++) {
            sent.add(send(t, t % 2 == 0));
        }

        listen(1000, 1200);

        assertThat(asked).containsExactlyElementsOf(sent);
        assertThat(told).isEmpty();
    }

    /** Clients near and far: answers take from 20 to 220 ms, and come one after another all the time. */
    @Test
    void aStreamOfDifferentAnswersThatStopsIsSuspectedAsSoon() {
        Random random = new Random(5);
        PriorityQueue<Request> flying = new PriorityQueue<>(Comparator.comparingLong(r -> r.dueMillis));
        for (long t = 0; t < 2000; t++) {
            Request request = send(t, true);
            request.dueMillis = t + 20 + random.nextInt(200);
            flying.add(request);
            while (flying.peek().dueMillis <= t) {
                flying.remove().answered(millis(t));
            }
            watches.look(Hedging.DEFAULTS, millis(t));
        }
        assertThat(health.silences).isZero();

        listen(2000, 2045);
        assertThat(health.silences).isZero();
        listen(2050, 2060);
        assertThat(health.silences).isEqualTo(1);
        assertThat(asked).hasSizeGreaterThan(50);
    }

    @Test
    void fewOverdueAnswersWaitForTheProbe() {
        learn();
        for (int t = 1000; t < 1000 + AnswerWatch.MANY - 1; t++) {
            send(t, true);
        }

        listen(1000, 1300);

        assertThat(health.silences).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoStoodStillItselfHearsNoSilence() {
        learn();
        for (int t = 1000; t < 1010; t++) {
            send(t, true);
        }
        watches.look(Hedging.DEFAULTS, millis(1010));

        watches.look(Hedging.DEFAULTS, millis(2000));
        listen(2005, 2050);
        assertThat(health.silences).isZero();

        listen(2055, 2100);
        assertThat(health.silences).isEqualTo(1);
    }

    @Test
    void aSlowRequestAmongQuickOnesIsNoSilence() {
        learn();
        send(1000, true);
        for (int t = 1010; t < 3000; t += 20) {
            send(t, true).answered(millis(t + 20));
            watches.look(Hedging.DEFAULTS, millis(t + 20));
        }

        assertThat(health.silences).isZero();
    }

    @Test
    void bytesOfABodyAreNoSilenceEither() {
        learn();
        send(1000, true);
        for (int t = 1000; t < 3000; t += 20) {
            watch.heard(millis(t));
            watches.look(Hedging.DEFAULTS, millis(t));
        }

        assertThat(health.silences).isZero();
    }

    @Test
    void aNodeThatProvesWellIsGivenMoreTimeTheNextTime() {
        learn();
        send(1000, true);
        listen(1000, 1100);
        assertThat(health.silences).isEqualTo(1);

        health.suspect = false;
        listen(1105, 1200);
        assertThat(health.silences).isEqualTo(1);
        listen(1205, 1300);

        assertThat(health.silences).isEqualTo(2);
    }

    @Test
    void whoWaitsForAMuteNodeIsToldOnce() {
        learn();
        Request get = send(1000, true);
        Request post = send(1001, false);
        health.mute = true;

        listen(1010, 1020);
        Request late = send(1021, true);
        listen(1025, 1030);

        assertThat(told).containsExactly(get, post);
        listen(1035, 1040);
        assertThat(told).as("who was sent to a mute node knew").doesNotContain(late);
        post.answered(millis(1045));
        late.leaveWatch();
        health.mute = false;
        listen(1045, 1050);
        Request again = send(1051, true);
        health.mute = true;
        listen(1055, 1060);
        assertThat(told).containsExactly(get, post, again);
    }

    @Test
    void comingAndGoingInAnyOrderKeepsTheOldestFirst() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Request> waiting = new ArrayList<>();
            for (int t = 0; t < 500; t++) {
                if (waiting.isEmpty() || random.nextInt(2) == 0) {
                    waiting.add(send(t, false));
                } else {
                    waiting.remove(random.nextInt(waiting.size())).leaveWatch();
                }
            }
            told.clear();
            health.mute = true;
            listen(600, 605);
            assertThat(told).as("seed " + seed).containsExactlyElementsOf(waiting);
            waiting.forEach(Request::leaveWatch);
            health.mute = false;
            listen(600, 605);
        }
    }

    @Test
    void nobodyIsWatchedWhoseHealthNobodyAsks() {
        Endpoint backend = new Endpoint(
                "b", "westeurope", InetSocketAddress.createUnresolved("test", 1), EndpointHealth.ALWAYS_GOOD);

        assertThat(watches.of(backend, 0)).isNull();
    }

    /** A waiter that counts how often it was told that it waits for long. */
    private static class Slow extends AnswerWatch.Waiter {
        private int slow;

        @Override
        void endpointMute() {}

        @Override
        void endpointSilent() {}

        @Override
        void endpointSlow() {
            slow++;
        }
    }

    private void learn(int answers, long millis) {
        for (int i = 0; i < answers; i++) {
            Slow one = new Slow();
            watch.add(one, 0);
            one.answered(millis(millis));
        }
    }

    private static final Hedging HEDGING = new Hedging(true, 90, Duration.ofMillis(20), 5);

    @Test
    void tellsOnceWhoWaitsForLongerThanIsUsual() {
        learn(100, 40);
        Slow first = new Slow();
        Slow gone = new Slow();
        Slow second = new Slow();
        watch.add(first, millis(0));
        watch.add(gone, millis(0));
        watch.add(second, millis(10));
        gone.leaveWatch();

        watches.look(HEDGING, millis(35));
        assertThat(first.slow).isZero();
        watches.look(HEDGING, millis(50));
        assertThat(first.slow).isOne();
        assertThat(second.slow).isZero();
        watches.look(HEDGING, millis(70));
        watches.look(HEDGING, millis(75));

        assertThat(first.slow).isOne();
        assertThat(second.slow).isOne();
        assertThat(gone.slow).isZero();
    }

    @Test
    void waitsForTheLeastDelayHoweverFastTheEndpoint() {
        learn(100, 1);
        Slow one = new Slow();
        watch.add(one, 0);

        watches.look(HEDGING, millis(19));
        assertThat(one.slow).isZero();
        watches.look(HEDGING, millis(21));
        assertThat(one.slow).isOne();
    }

    @Test
    void tellsNobodyBeforeItHasLearnedOrWhenNobodyWantsToKnow() {
        Slow one = new Slow();
        learn(10, 1);
        watch.add(one, 0);
        watches.look(HEDGING, millis(100));
        learn(100, 1);
        watches.look(Hedging.DEFAULTS, millis(105));

        assertThat(one.slow).isZero();
    }

    /** While nobody listened answers may have come. */
    @Test
    void tellsNobodyRightAfterAStandstillOfOurs() {
        learn(100, 1);
        Slow one = new Slow();
        watch.add(one, 0);
        watches.look(HEDGING, millis(5));
        watches.look(HEDGING, millis(500));
        assertThat(one.slow).isZero();
        watches.look(HEDGING, millis(505));
        assertThat(one.slow).isOne();
    }

    @Test
    void goesOnLookingWhenWhoeverIsToldGoesToAnEndpointThatIsNew() {
        Health other = new Health();
        Endpoint elsewhere = new Endpoint("other", "eastus", InetSocketAddress.createUnresolved("test", 2), other);
        learn(100, 1);
        Slow moved = new Slow() {
            @Override
            void endpointSlow() {
                Objects.requireNonNull(watches.of(elsewhere, millis(25))).add(new Slow(), millis(25));
            }
        };
        watch.add(moved, 0);

        watches.look(HEDGING, millis(25));

        assertThat(Objects.requireNonNull(watches.of(elsewhere, 0))).isNotSameAs(watch);
    }
}
