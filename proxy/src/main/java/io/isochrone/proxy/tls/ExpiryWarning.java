package io.isochrone.proxy.tls;

/** When an operator hears that a certificate ends soon: two weeks before, one week, one day, and when it has ended. Thread-safe: no state. */
final class ExpiryWarning {
    private static final long DAY_SECONDS = 86_400;
    private static final int[] DAYS = {0, 1, 7, 14};

    private ExpiryWarning() {}

    /** The smallest number of days in 0, 1, 7 and 14 that covers what is left; -1 when more is left than any. */
    static int daysFor(long secondsLeft) {
        for (int days : DAYS) {
            if (secondsLeft <= days * DAY_SECONDS) {
                return days;
            }
        }
        return -1;
    }
}
