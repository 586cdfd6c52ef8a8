package io.isochrone.proxy.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RehearsalTest {
    private static final Duration LONG = Duration.ofSeconds(8);

    @Test
    void countsWhatAnOriginThatAnswersAnswered() throws Exception {
        try (Rehearsal rehearsal = new Rehearsal()) {
            Rehearsal.Result result = rehearsal.run(rehearsal.steady().port(), 320, LONG);

            assertThat(result.requests()).isEqualTo(320);
            assertThat(result.good()).isEqualTo(320);
        }
    }

    @Test
    void hasAnOriginWhoseConnectionsAllDieNowAndThen() throws Exception {
        try (Rehearsal rehearsal = new Rehearsal();
                RehearsalClient busy = new RehearsalClient(rehearsal.faulty().port());
                RehearsalClient idle = new RehearsalClient(rehearsal.faulty().port())) {
            idle.send(1);
            assertThat(idle.receive()).isEqualTo(200);
            for (int number = 2; number < 40; number++) {
                busy.send(number);
                assertThat(busy.receive()).isEqualTo(200);
            }
            busy.send(40);

            assertThatThrownBy(busy::receive).isInstanceOf(IOException.class);
            assertThatThrownBy(idle::receive).isInstanceOf(IOException.class);
            assertThat(rehearsal.run(rehearsal.faulty().port(), 16, LONG).good())
                    .isEqualTo(16);
        }
    }

    @Test
    void endsAtItsLimitWhenTheNodeNeverAnswers() throws Exception {
        try (Rehearsal rehearsal = new Rehearsal();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Rehearsal.Result result = rehearsal.run(silent.getLocalPort(), 1_000_000, Duration.ofMillis(1));

            assertThat(result.good()).isZero();
            assertThat(result.requests()).isLessThan(1_000_000);
        }
    }

    @Test
    void goesOnWithoutANode() throws Exception {
        try (Rehearsal rehearsal = new Rehearsal();
                Socket refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(rehearsal.run(refusing.getLocalPort(), 64, LONG).good()).isZero();
        }
    }
}
