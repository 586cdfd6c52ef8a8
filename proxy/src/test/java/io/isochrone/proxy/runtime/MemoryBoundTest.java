package io.isochrone.proxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Timeouts;
import io.isochrone.proxy.buffer.MemoryPressure;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When all buffers together hold much, nothing is kept that only might be needed; when they hold too much, no request is taken. */
final class MemoryBoundTest {
    private static final int MIB = 1 << 20;
    private static final Limits LIMITS = Limits.DEFAULTS.withMaxBuffered(8 * MIB);
    private static final String PUT = "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";

    /** Stands for what other exchanges hold. */
    private static ByteBuf held(int bytes) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    }

    private static void await(EngineFixture engine, MemoryPressure.Level level) {
        while (engine.server.memory() != level) {
            assertThat(Thread.interrupted()).as("time is up").isFalse();
            Thread.onSpinWait();
        }
    }

    private static RawBackend losing() throws Exception {
        return new RawBackend((head, in, out, socket) -> {
            in.readNBytes(4);
            return false;
        });
    }

    private static RawBackend good() throws Exception {
        return new RawBackend((head, in, out, socket) -> {
            in.readNBytes(4);
            return RawBackend.ok(out, "ok");
        });
    }

    @Test
    void aBodyIsNotKeptToBeSentAgainWhileMemoryIsScarce() throws Exception {
        try (RawBackend losing = losing();
                RawBackend good = good();
                EngineFixture engine =
                        new EngineFixture(LIMITS, Timeouts.GATEWAY_DEFAULTS, losing.port(), good.port());
                EngineFixture.Client client = engine.client()) {
            engine.repeatWrites = true;
            assertThat(client.send(PUT).response()).startsWith("HTTP/1.1 200 ");
            assertThat(engine.nextRecord().attemptCount()).isEqualTo(2);
            ByteBuf much = held(7 * MIB);
            try {
                await(engine, MemoryPressure.Level.SCARCE);

                assertThat(client.send(PUT).response()).startsWith("HTTP/1.1 502 ");

                assertThat(engine.nextRecord().attemptCount()).isOne();
                assertThat(engine.forgotten).hasValue(1);
            } finally {
                much.release();
            }
            await(engine, MemoryPressure.Level.NONE);
            assertThat(client.send(PUT).response()).startsWith("HTTP/1.1 200 ");
            assertThat(engine.forgotten).hasValue(1);
        }
    }

    @Test
    void aBodyThatWasKeptIsLetGoWhenMemoryGetsScarce() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch lose = new CountDownLatch(1);
        try (RawBackend losing = new RawBackend((head, in, out, socket) -> {
                    in.readNBytes(4);
                    arrived.countDown();
                    try {
                        lose.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return false;
                });
                RawBackend good = good();
                EngineFixture engine =
                        new EngineFixture(LIMITS, Timeouts.GATEWAY_DEFAULTS, losing.port(), good.port());
                EngineFixture.Client client = engine.client()) {
            engine.repeatWrites = true;
            client.send(PUT);
            assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
            ByteBuf much = held(7 * MIB);
            try {
                while (engine.forgotten.get() == 0) {
                    assertThat(Thread.interrupted()).as("time is up").isFalse();
                    Thread.onSpinWait();
                }
                lose.countDown();

                assertThat(client.response()).startsWith("HTTP/1.1 502 ");
            } finally {
                much.release();
            }
        }
    }

    @Test
    void requestsAreShedAtTheBoundAndServedAgainBelowIt() throws Exception {
        try (RawBackend good = good();
                EngineFixture engine = new EngineFixture(LIMITS, Timeouts.GATEWAY_DEFAULTS, good.port());
                EngineFixture.Client client = engine.client()) {
            ByteBuf tooMuch = held(9 * MIB);
            try {
                await(engine, MemoryPressure.Level.FULL);

                assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").response())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("\r\nRetry-After: 1\r\n");

                assertThat(engine.nextRecord().outcome()).isEqualTo(Outcome.SHED);
                assertThat(good.heads()).isEmpty();
            } finally {
                tooMuch.release();
            }
            await(engine, MemoryPressure.Level.NONE);
            assertThat(client.send(PUT).response()).as("on the same connection").startsWith("HTTP/1.1 200 ");
        }
    }
}
