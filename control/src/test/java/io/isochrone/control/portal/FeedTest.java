package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Tier;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final ScriptedFleet fleet = new ScriptedFleet();
    private final ScriptedService service = new ScriptedService(Tier.PREMIUM);
    private final AtomicReference<Function<String, @Nullable Seen>> services = new AtomicReference<>(service::seen);
    private final Feed feed =
            new Feed(name -> services.get().apply(name), fleet, RegionCatalogue.clouds(), Duration.ofMillis(30));

    @AfterEach
    void close() {
        feed.close();
    }

    /** A page that says when it is done with what it got. */
    private static final class Page implements Feed.Sink {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile CompletableFuture<?> answer = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<?> send(String events) {
            got.add(events);
            return answer;
        }

        @Override
        public void close() {
            closed.countDown();
        }

        String next() throws InterruptedException {
            String events = got.poll(5, TimeUnit.SECONDS);
            assertThat(events).as("events within 5 s").isNotNull();
            return events == null ? "" : events;
        }

        boolean isClosed() throws InterruptedException {
            return closed.await(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aPageGetsEverythingFirstAndThenWhatChanged() throws Exception {
        Page page = new Page();

        assertThat(feed.open("CONTOSO", () -> true, page)).isTrue();

        assertThat(page.next()).contains("event: view\ndata: {").contains("event: map\ndata: []\n\n");
        fleet.put(ScriptedFleet.gateway("westeurope", 1, NodeView.State.SERVING, 1, 10));
        String next = page.next();
        while (next.equals("event: beat\ndata: {}\n\n")) {
            next = page.next();
        }
        assertThat(next).contains("westeurope-10-0-0-1-8101").doesNotContain("event: map");
    }

    @Test
    void silenceIsBrokenByBeats() throws Exception {
        Page page = new Page();
        feed.open("contoso", () -> true, page);
        page.next();

        assertThat(page.next()).isEqualTo("event: beat\ndata: {}\n\n");
        assertThat(page.next()).isEqualTo("event: beat\ndata: {}\n\n");
    }

    @Test
    void aSlowPageGetsTheLatestOnly() throws Exception {
        Page page = new Page();
        CompletableFuture<?> slow = new CompletableFuture<>();
        page.answer = slow;
        feed.open("contoso", () -> true, page);
        page.next();

        Page other = new Page();
        feed.open("contoso", () -> true, other);
        other.next();
        for (int i = 1; i <= 3; i++) {
            fleet.put(ScriptedFleet.gateway("westeurope", 1, NodeView.State.SERVING, 1, i * 10));
            String seen = other.next();
            while (!seen.contains("\"rps\":" + i * 10)) {
                seen = other.next();
            }
        }
        assertThat(page.got).isEmpty();
        slow.complete(null);

        assertThat(page.next()).contains("\"rps\":30.0").doesNotContain("\"rps\":10.0");
    }

    @Test
    void aPageThatTakesNothingIsClosed() throws Exception {
        Page page = new Page();
        page.answer = new CompletableFuture<>();
        feed.open("contoso", () -> true, page);

        assertThat(page.isClosed()).isTrue();
        assertThat(feed.pages()).isZero();
    }

    @Test
    void aPageThatIsGoneIsForgotten() throws Exception {
        Page page = new Page();
        page.answer = CompletableFuture.failedFuture(new IllegalStateException("gone"));
        feed.open("contoso", () -> true, page);

        assertThat(page.isClosed()).isTrue();
    }

    @Test
    void aWithdrawnTokenEndsTheFeed() throws Exception {
        AtomicBoolean allowed = new AtomicBoolean(true);
        Page page = new Page();
        feed.open("contoso", allowed::get, page);
        page.next();

        allowed.set(false);

        assertThat(page.isClosed()).isTrue();
    }

    @Test
    void aTokenForAnotherServiceSeesNothing() throws Exception {
        Page page = new Page();
        feed.open("contoso", () -> false, page);

        assertThat(page.isClosed()).isTrue();
        assertThat(page.got).isEmpty();
    }

    @Test
    void aDeletedServiceIsGone() throws Exception {
        Page page = new Page();
        feed.open("contoso", () -> true, page);
        page.next();

        service.delete();

        String next = page.next();
        while (next.contains("event: beat")) {
            next = page.next();
        }
        assertThat(next).isEqualTo("event: gone\ndata: {}\n\n");
    }

    @Test
    void aStoreThatCannotBeAskedIsTroubleUntilItCan() throws Exception {
        services.set(name -> {
            throw new StoreException("etcd: no quorum", null);
        });
        Page page = new Page();
        feed.open("contoso", () -> true, page);
        assertThat(page.next()).isEqualTo("event: trouble\ndata: {\"message\":\"etcd: no quorum\"}\n\n");

        services.set(service::seen);

        String next = page.next();
        while (next.contains("event: beat")) {
            next = page.next();
        }
        assertThat(next).contains("event: view");
    }

    @Test
    void aBugInTheViewDoesNotEndTheFeed() throws Exception {
        services.set(name -> {
            throw new IllegalStateException("bug");
        });
        Page page = new Page();
        feed.open("contoso", () -> true, page);
        assertThat(page.next()).contains("event: trouble");

        services.set(service::seen);

        String next = page.next();
        while (!next.contains("event: view")) {
            next = page.next();
        }
        assertThat(feed.pages()).isEqualTo(1);
    }

    @Test
    void tooManyPagesAreRefused() {
        Page page = new Page();
        for (int i = 0; i < Feed.MAX_PAGES; i++) {
            assertThat(feed.open("contoso", () -> true, page)).isTrue();
        }

        assertThat(feed.open("contoso", () -> true, page)).isFalse();
    }

    @Test
    void closingEndsEveryPageAndTakesNoMore() throws Exception {
        Page page = new Page();
        feed.open("contoso", () -> true, page);

        feed.close();

        assertThat(page.isClosed()).isTrue();
        assertThat(feed.open("contoso", () -> true, new Page())).isFalse();
    }
}
