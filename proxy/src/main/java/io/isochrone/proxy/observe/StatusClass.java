package io.isochrone.proxy.observe;

/** Status classes as label values. Pure. */
final class StatusClass {
    static final int COUNT = 6;
    private static final String[] LABELS = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private StatusClass() {}

    /** 0 when there was no status, else its first digit. */
    static int of(int status) {
        return status >= 100 && status < 600 ? status / 100 : 0;
    }

    /** {@code 2xx} and so on, or {@code none}. */
    static String label(int statusClass) {
        return LABELS[statusClass];
    }
}
