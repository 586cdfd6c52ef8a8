package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Tier;
import io.isochrone.control.arm.ServiceStatus;
import io.isochrone.control.http.Lines;
import io.isochrone.control.nodes.NodeView;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedTest {
    private final ScriptedFleet fleet = new ScriptedFleet();
    private final ScriptedService service = new ScriptedService(Tier.PREMIUM);
    private final AtomicReference<Function<String, @Nullable ServiceStatus>> services =
            new AtomicReference<>(service::seen);
    private final Feed feed =
            new Feed(name -> services.get().apply(name), fleet, RegionCatalogue.clouds(), Duration.ofMillis(30));

    @AfterEach
    void close() {
        feed.close();
    }

    /** A page that takes what it gets, until it is gone. */
    private static final class Page implements Lines {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final CountDownLatch closed = new CountDownLatch(1);
        final AtomicReference<Runnable> end = new AtomicReference<>(() -> {});
        volatile boolean gone;

        @Override
        public boolean send(String text) {
            got.add(text);
            return !gone;
        }

        @Override
        public void close() {
            closed.countDown();
        }

        @Override
        public void onEnd(Runnable task) {
            end.set(task);
        }

        String next() throws InterruptedException {
            String events = got.poll(5, TimeUnit.SECONDS);
            assertThat(events).as("events within 5 s").isNotNull();
            return events == null ? "" : events;
        }

        /** The next that is no beat. */
        String news() throws InterruptedException {
            String next = next();
            while (next.equals("event: beat\ndata: {}\n\n")) {
                next = next();
            }
            return next;
        }
    }

    @Test
    void aPageGetsEverythingFirstAndThenWhatChanged() throws Exception {
        Page page = new Page();

        assertThat(feed.open("CONTOSO", page)).isTrue();

        assertThat(page.next()).contains("event: view\ndata: {").contains("event: map\ndata: []\n\n");
        fleet.put(ScriptedFleet.gateway("westeurope", 1, NodeView.State.SERVING, 1, 10));
        String next = page.news();
        assertThat(next).contains("westeurope-10-0-0-1-8101").doesNotContain("event: map");
    }

    @Test
    void silenceIsBrokenByBeats() throws Exception {
        Page page = new Page();
        feed.open("contoso", page);
        page.next();

        assertThat(page.next()).isEqualTo("event: beat\ndata: {}\n\n");
        assertThat(page.next()).isEqualTo("event: beat\ndata: {}\n\n");
    }

    @Test
    void aPageThatTakesNoMoreIsForgotten() throws Exception {
        Page page = new Page();
        page.gone = true;
        feed.open("contoso", page);
        page.next();
        Page other = new Page();
        feed.open("contoso", other);
        other.next();
        other.next();

        assertThat(feed.pages()).isEqualTo(1);
    }

    @Test
    void aPageWhoseAnswerHasEndedIsForgotten() throws Exception {
        Page page = new Page();
        feed.open("contoso", page);
        page.next();

        page.end.get().run();

        assertThat(feed.pages()).isZero();
    }

    @Test
    void aDeletedServiceIsGone() throws Exception {
        Page page = new Page();
        feed.open("contoso", page);
        page.next();

        service.delete();

        String next = page.news();
        assertThat(next).isEqualTo("event: gone\ndata: {}\n\n");
    }

    @Test
    void aStoreThatCannotBeAskedIsTroubleUntilItCan() throws Exception {
        services.set(name -> {
            throw new StoreException("etcd: no quorum", null);
        });
        Page page = new Page();
        feed.open("contoso", page);
        assertThat(page.next()).isEqualTo("event: trouble\ndata: {\"message\":\"etcd: no quorum\"}\n\n");

        services.set(service::seen);

        String next = page.news();
        assertThat(next).contains("event: view");
    }

    @Test
    void aBugInTheViewDoesNotEndTheFeed() throws Exception {
        services.set(name -> {
            throw new IllegalStateException("bug");
        });
        Page page = new Page();
        feed.open("contoso", page);
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
            assertThat(feed.open("contoso", page)).isTrue();
        }

        assertThat(feed.open("contoso", page)).isFalse();
    }

    @Test
    void closingEndsEveryPageAndTakesNoMore() throws Exception {
        Page page = new Page();
        feed.open("contoso", page);

        feed.close();

        assertThat(page.closed.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(feed.open("contoso", new Page())).isFalse();
    }
}
