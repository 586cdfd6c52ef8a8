package io.isochrone.proxy.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which buffers a message leaves in. */
final class JoiningWriterTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final JoiningWriter writer = new JoiningWriter(channel);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void head(String text, long length) {
        new HeadWriter().into(writer.head(length)).text(text).endHead();
    }

    private static ByteBuf bytes(int n) {
        return Unpooled.copiedBuffer("b".repeat(n), StandardCharsets.US_ASCII);
    }

    /** Sizes of the buffers that were sent. */
    private List<Integer> sent() {
        List<Integer> sizes = new ArrayList<>();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            sizes.add(out.readableBytes());
            out.release();
        }
        return sizes;
    }

    @Test
    void aSmallBodyLeavesWithItsHead() {
        head("HTTP/1.1 200 OK", 100);
        writer.body(bytes(60));
        writer.body(bytes(40));
        writer.flush();

        assertThat(sent()).containsExactly(15 + 2 + 100);
    }

    @Test
    void aLargeBodyFollowsUncopied() {
        head("HTTP/1.1 200 OK", 100_000);
        ByteBuf large = bytes(100_000);
        writer.body(large);
        writer.flush();

        channel.<ByteBuf>readOutbound().release();
        assertThat(channel.<ByteBuf>readOutbound()).isSameAs(large);
        large.release();
    }

    @Test
    void manySmallPiecesAreJoinedUpToABound() {
        head("HTTP/1.1 200 OK", -1);
        for (int i = 0; i < 100; i++) {
            writer.body(bytes(1000));
        }
        writer.flush();

        List<Integer> sizes = sent();
        assertThat(sizes.get(0)).isBetween(4096, 8192);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(17 + 100 * 1000);
    }

    @Test
    void aHeadWithoutABodyLeavesAtTheFlush() {
        head("HTTP/1.1 204 No Content", 0);
        assertThat(sent()).isEmpty();

        writer.flush();
        assertThat(sent()).containsExactly(25);
    }

    @Test
    void whatIsHeldForAClosedChannelIsLetGo() {
        ByteBuf held = writer.head(10);
        channel.close();
        writer.release();

        assertThat(held.refCnt()).as("the loop's own reference").isEqualTo(1);
    }
}
