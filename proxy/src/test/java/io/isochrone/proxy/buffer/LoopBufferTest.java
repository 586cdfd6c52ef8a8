package io.isochrone.proxy.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One buffer for a whole event loop: who may have it, and that nobody keeps more of it than they need. */
final class LoopBufferTest {
    private final LoopBuffer loop = new LoopBuffer(1024);

    @AfterEach
    void end() {
        FastThreadLocal.removeAll(); // as the thread of an event loop does when it ends
    }

    @Test
    void lendsTheSameBufferAgainOnceItWasReleased() {
        ByteBuf first = Objects.requireNonNull(loop.borrow());
        first.writeInt(7);
        first.release();
        ByteBuf second = Objects.requireNonNull(loop.borrow());

        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isZero();
        second.release();
    }

    @Test
    void lendsNothingWhileASliceIsHeld() {
        ByteBuf lent = Objects.requireNonNull(loop.borrow());
        ByteBuf slice = lent.writeInt(7).readRetainedSlice(4);
        lent.release();

        assertThat(loop.borrow()).isNull();
        slice.release();
        ByteBuf again = Objects.requireNonNull(loop.borrow());
        assertThat(again).isSameAs(lent);
        again.release();
    }

    @Test
    void leavesItsBufferToWhoeverHoldsItForLong() {
        ByteBuf held = Objects.requireNonNull(loop.borrow());
        for (int i = 0; i < 8; i++) {
            assertThat(loop.borrow()).isNull();
        }
        ByteBuf another = Objects.requireNonNull(loop.borrow());

        assertThat(another).isNotSameAs(held);
        another.release();
        held.release();
        assertThat(held.refCnt()).isZero();
    }

    @Test
    void growsForALargeMessageAndDoesNotStayLarge() {
        ByteBuf first = Objects.requireNonNull(loop.borrow());
        first.writeZero(5000);
        first.release();

        assertThat(loop.borrow()).isNull();
        ByteBuf second = Objects.requireNonNull(loop.borrow());
        assertThat(second.capacity()).isEqualTo(1024);
        assertThat(first.refCnt()).isZero();
        second.release();
    }

    @Test
    void releasesTheBufferWhenTheThreadEnds() {
        ByteBuf lent = Objects.requireNonNull(loop.borrow());
        lent.release();
        assertThat(lent.refCnt()).isEqualTo(1);

        FastThreadLocal.removeAll();
        assertThat(lent.refCnt()).isZero();
    }

    @Test
    void copiesASmallPartThatIsKeptAndLeavesALargeOneWhereItIs() {
        ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer(LoopReads.CAPACITY);
        read.writeZero(LoopReads.CAPACITY);
        ByteBuf large = read.readRetainedSlice(LoopReads.CAPACITY / 4);
        ByteBuf small = read.readRetainedSlice(100);

        assertThat(LoopBuffer.compact(large)).isSameAs(large);
        ByteBuf copy = LoopBuffer.compact(small);
        assertThat(copy).isNotSameAs(small);
        assertThat(copy.capacity()).isLessThan(1024);
        assertThat(copy.readableBytes()).isEqualTo(100);
        copy.release();
        large.release();
        assertThat(read.release()).isTrue();
    }

    @Test
    void leavesOrdinaryBuffersAlone() {
        ByteBuf ordinary = PooledByteBufAllocator.DEFAULT.directBuffer(4096).writeByte(1);

        assertThat(LoopBuffer.compact(ordinary)).isSameAs(ordinary);
        ordinary.release();
    }

    @Test
    void aChannelReadsIntoTheLoopsBufferUntilThatEnds() {
        EmbeddedChannel channel = new EmbeddedChannel();
        LoopReads.begin(channel);
        var handle = channel.config().getRecvByteBufAllocator().newHandle();
        ByteBuf first = handle.allocate(channel.alloc());
        ByteBuf second = handle.allocate(channel.alloc());

        assertThat(first.capacity()).isEqualTo(LoopReads.CAPACITY);
        assertThat(second.capacity()).as("the loop's is lent").isLessThan(LoopReads.CAPACITY);
        first.release();
        second.release();
        LoopReads.end(channel);
        ByteBuf third = handle.allocate(channel.alloc());
        assertThat(third.capacity()).isLessThan(LoopReads.CAPACITY);
        third.release();
        channel.finishAndReleaseAll();
    }
}
