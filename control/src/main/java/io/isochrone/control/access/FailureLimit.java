package io.isochrone.control.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often an address may show a bad token. Without it, guesses cost the store a look-up each. Beyond the limit only tokens that
 * were good lately pass from there, so that a client with a bad token does not lock its neighbours out.
 *
 * <p>At most {@value #MOST} addresses are known; the one not seen for longest is forgotten first. An IPv6 client is its /64.
 *
 * <p>Thread-safe: one short lock.
 */
final class FailureLimit {
    /** Most addresses that are remembered. */
    static final int MOST = 10_000;

    /** Failures that are free within {@link #WINDOW_NANOS}. */
    static final int FREE = 20;

    /** From the first failure on. */
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Window(long since, int failures) {}

    private final Map<String, Window> windows = new LinkedHashMap<>(64, 0.75f, true);

    /** Counts a failure. */
    synchronized void failed(String address, long nowNanos) {
        String client = client(address);
        Window window = windows.get(client);
        if (window == null || nowNanos - window.since >= WINDOW_NANOS) {
            windows.put(client, new Window(nowNanos, 1));
        } else {
            windows.put(client, new Window(window.since, window.failures + 1));
        }
        if (windows.size() > MOST) {
            windows.remove(windows.keySet().iterator().next());
        }
    }

    /** Seconds until the address may try again, at least 1; 0: it may now. */
    synchronized long waitSeconds(String address, long nowNanos) {
        Window window = windows.get(client(address));
        if (window == null || window.failures < FREE) {
            return 0;
        }
        long left = WINDOW_NANOS - (nowNanos - window.since);
        return left <= 0 ? 0 : left / 1_000_000_000L + 1;
    }

    /** How many addresses are remembered. */
    synchronized int size() {
        return windows.size();
    }

    private static String client(String address) {
        int end = -1;
        for (int i = 0; i < 4 && address.indexOf(':') >= 0; i++) {
            int next = address.indexOf(':', end + 1);
            if (next < 0) {
                return address;
            }
            end = next;
        }
        return end < 0 ? address : address.substring(0, end);
    }
}
