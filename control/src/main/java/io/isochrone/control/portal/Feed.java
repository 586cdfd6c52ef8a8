package io.isochrone.control.portal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.control.arm.ServiceStatus;
import io.isochrone.control.http.Lines;
import io.isochrone.control.nodes.Fleet;
import io.isochrone.control.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live feed: server-sent events that keep open pages right.
 *
 * <p>Once a second each page gets what has changed since it was last told: {@code view}, {@code map}, or {@code gone} when there is no such
 * service; {@code trouble} with {@code {"message"}} while the store cannot be asked. When nothing has changed for five seconds it
 * gets {@code beat}, so that the page knows that silence means a lost feed.
 *
 * <p>A page that reads too slowly is cut off by its {@link Lines}, and begins anew with the latest. Beyond {@value #MAX_PAGES} pages
 * {@link #open} refuses.
 *
 * <p>Thread-safe; one thread of its own looks and sends.
 */
public final class Feed implements AutoCloseable {
    /** Most pages at a time. */
    public static final int MAX_PAGES = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int BEAT_TICKS = 5;

    private final Function<String, @Nullable ServiceStatus> services;
    private final Fleet fleet;
    private final PortalView view;
    private final List<Page> pages = new ArrayList<>();
    private final AtomicBoolean logged = new AtomicBoolean();
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "portal-feed");
        thread.setDaemon(true);
        return thread;
    });

    private static final class Page {
        private final String service;
        private final Lines lines;
        private final Map<String, String> told = new HashMap<>();
        private int quietTicks;

        private Page(String service, Lines lines) {
            this.service = service;
            this.lines = lines;
        }
    }

    /** Looks up services by lower-case name; the function may throw {@link StoreException}. */
    public Feed(Function<String, @Nullable ServiceStatus> services, Fleet fleet, RegionCatalogue regions) {
        this(services, fleet, regions, Duration.ofSeconds(1));
    }

    Feed(Function<String, @Nullable ServiceStatus> services, Fleet fleet, RegionCatalogue regions, Duration tick) {
        this.services = services;
        this.fleet = fleet;
        this.view = new PortalView(regions);
        ticks.scheduleWithFixedDelay(this::tick, 0, tick.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Feeds a page from now on until it is gone; false when there are too many. */
    public boolean open(String service, Lines lines) {
        Page page = new Page(service.toLowerCase(Locale.ROOT), lines);
        synchronized (pages) {
            if (pages.size() >= MAX_PAGES || ticks.isShutdown()) {
                return false;
            }
            pages.add(page);
        }
        lines.onEnd(() -> forget(page));
        ticks.execute(() -> tell(List.of(page)));
        return true;
    }

    /** How many pages are open. */
    public int pages() {
        synchronized (pages) {
            return pages.size();
        }
    }

    /** Closes all pages and stops. */
    @Override
    public void close() {
        ticks.shutdownNow();
        List<Page> open;
        synchronized (pages) {
            open = List.copyOf(pages);
            pages.clear();
        }
        open.forEach(page -> page.lines.close());
    }

    private void forget(Page page) {
        synchronized (pages) {
            pages.remove(page);
        }
    }

    private void tick() {
        List<Page> open;
        synchronized (pages) {
            open = List.copyOf(pages);
        }
        tell(open);
    }

    private void tell(List<Page> open) {
        Map<String, Map<String, String>> now = new HashMap<>();
        for (Page page : open) {
            String text = news(page, now.computeIfAbsent(page.service, this::events));
            if (!text.isEmpty() && !page.lines.send(text)) {
                forget(page);
            }
        }
    }

    /** Each event by name with its data. */
    private Map<String, String> events(String service) {
        try {
            ServiceStatus seen = services.apply(service);
            return seen == null
                    ? Map.of("gone", "{}")
                    : Map.of("view", view.view(seen, fleet), "map", view.map(service, fleet));
        } catch (StoreException e) {
            return trouble(Objects.requireNonNullElse(e.getMessage(), "the store cannot be asked"));
        } catch (RuntimeException e) { // a bug: the pages are told, and the feed goes on
            if (logged.compareAndSet(false, true)) {
                LOG.error("portal view failed service={}", service, e);
            }
            return trouble("internal error; the log of the control plane says more");
        }
    }

    private static Map<String, String> trouble(String message) {
        return Map.of(
                "trouble",
                JsonNodeFactory.instance.objectNode().put("message", message).toString());
    }

    private static String news(Page page, Map<String, String> now) {
        page.quietTicks++;
        StringBuilder text = new StringBuilder();
        now.forEach((name, data) -> {
            if (!data.equals(page.told.put(name, data))) {
                event(text, name, data);
            }
        });
        page.told.keySet().retainAll(now.keySet());
        if (text.isEmpty() && page.quietTicks >= BEAT_TICKS) {
            event(text, "beat", "{}");
        }
        if (!text.isEmpty()) {
            page.quietTicks = 0;
        }
        return text.toString();
    }

    private static void event(StringBuilder text, String name, String data) {
        text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    }
}
