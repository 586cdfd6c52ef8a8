package io.isochrone.proxy.http;

/** The comma-separated protocols of an Upgrade field (RFC 9110 §7.8), compared without case. Thread-safe: no state. */
final class UpgradeTokens {
    private UpgradeTokens() {}

    /** Whether {@code list} names {@code protocol}. */
    static boolean contains(String list, String protocol) {
        int start = 0;
        while (start <= list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            if (list.substring(start, end).trim().equalsIgnoreCase(protocol)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }
}
