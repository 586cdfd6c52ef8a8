package io.isochrone.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** P43: connections that were accepted and not counted yet have file descriptors too. */
final class AcceptGateTest {
    private final AtomicInteger room = new AtomicInteger();
    private final AcceptGate gate = new AcceptGate(room::get);
    private final EmbeddedChannel listener = new EmbeddedChannel(gate);

    private void accept(int count) {
        for (int i = 0; i < count; i++) {
            listener.writeInbound("connection " + i);
        }
    }

    private void decide(int count) {
        for (int i = 0; i < count; i++) {
            gate.decided();
        }
        listener.runPendingTasks();
    }

    @Test
    void stopsWhenManyAreUndecidedAndGoesOnWhenHalfOfThemAre() {
        accept(AcceptGate.MOST_UNDECIDED - 1);
        assertThat(listener.config().isAutoRead()).isTrue();

        accept(1);
        assertThat(listener.config().isAutoRead()).isFalse();
        decide(AcceptGate.MOST_UNDECIDED / 2 - 1);
        assertThat(listener.config().isAutoRead()).isFalse();

        decide(1);
        assertThat(listener.config().isAutoRead()).isTrue();
        assertThat(listener.inboundMessages()).hasSize(AcceptGate.MOST_UNDECIDED);
    }

    @Test
    void stopsNobodyWhileThereIsRoomForAll() {
        room.set(1000);
        accept(1000 - 1);
        assertThat(listener.config().isAutoRead()).isTrue();

        accept(1);
        assertThat(listener.config().isAutoRead()).isFalse();
    }

    @Test
    void goesOnOnlyWhileItListens() {
        accept(AcceptGate.MOST_UNDECIDED);
        listener.close();

        decide(AcceptGate.MOST_UNDECIDED);

        assertThat(listener.config().isAutoRead()).isFalse();
    }
}
