package io.isochrone.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.balance.EndpointHealth;
import io.isochrone.proxy.outcome.Failure;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LaneTest {
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

    private final class Request extends Lane.Waiter {
        private final boolean leaves;

        Request(boolean leaves) {
            this.leaves = leaves;
        }

        @Override
        void endpointMute() {
            told.add(this);
            if (leaves) {
                leaveLane();
            }
        }
    }

    private final List<Request> told = new ArrayList<>();
    private final Health health = new Health();
    private final Endpoint endpoint =
            new Endpoint("node", "westeurope", InetSocketAddress.createUnresolved("test", 1), health);
    private final Lanes lanes = new Lanes(() -> {});
    private final Lane lane = Objects.requireNonNull(lanes.of(endpoint, 0));

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Request send(long atMillis, boolean leaves) {
        Request request = new Request(leaves);
        lane.add(request, millis(atMillis));
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

        lanes.look(millis(1060));
        assertThat(health.silences).isZero();
        lanes.look(millis(1075));

        assertThat(health.silences).isEqualTo(1);
        lanes.look(millis(1080));
        assertThat(health.silences).isEqualTo(1);
    }

    @Test
    void aSlowRequestAmongQuickOnesIsNoSilence() {
        learn();
        send(1000, true);
        for (int t = 1010; t < 3000; t += 20) {
            send(t, true).answered(millis(t + 20));
            lanes.look(millis(t + 20));
        }

        assertThat(health.silences).isZero();
    }

    @Test
    void bytesOfABodyAreNoSilenceEither() {
        learn();
        send(1000, true);
        for (int t = 1000; t < 3000; t += 20) {
            lane.heard(millis(t));
            lanes.look(millis(t));
        }

        assertThat(health.silences).isZero();
    }

    @Test
    void aNodeThatProvesWellIsGivenMoreTimeTheNextTime() {
        learn();
        send(1000, true);
        lanes.look(millis(1100));
        assertThat(health.silences).isEqualTo(1);

        health.suspect = false;
        lanes.look(millis(1150));
        lanes.look(millis(1250));
        assertThat(health.silences).isEqualTo(1);
        lanes.look(millis(1400));

        assertThat(health.silences).isEqualTo(2);
    }

    @Test
    void whoWaitsForAMuteNodeIsToldOnce() {
        learn();
        Request get = send(1000, true);
        Request post = send(1001, false);
        health.mute = true;

        lanes.look(millis(1100));
        Request late = send(1101, true);
        lanes.look(millis(1105));

        assertThat(told).containsExactly(get, post);
        lanes.look(millis(1110));
        assertThat(told).as("who was sent to a mute node knew").doesNotContain(late);
        post.answered(millis(1200));
        late.leaveLane();
        health.mute = false;
        lanes.look(millis(1210));
        Request again = send(1220, true);
        health.mute = true;
        lanes.look(millis(1225));
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
                    waiting.remove(random.nextInt(waiting.size())).leaveLane();
                }
            }
            told.clear();
            health.mute = true;
            lanes.look(millis(600));
            assertThat(told).as("seed " + seed).containsExactlyElementsOf(waiting);
            waiting.forEach(Request::leaveLane);
            health.mute = false;
            lanes.look(millis(600));
        }
    }

    @Test
    void nobodyIsWatchedWhoseHealthNobodyAsks() {
        Endpoint backend = new Endpoint(
                "b", "westeurope", InetSocketAddress.createUnresolved("test", 1), EndpointHealth.ALWAYS_GOOD);

        assertThat(lanes.of(backend, 0)).isNull();
    }
}
