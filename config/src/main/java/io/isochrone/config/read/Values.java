package io.isochrone.config.read;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values with units as operators write them. Thread-safe: no state. */
final class Values {
    private Values() {}

    /** Reads {@code 250ms}, {@code 5s}, {@code 1m} or {@code 1h}; null when it is none or longer than a day. */
    static @Nullable Duration duration(String text) {
        int unit = unitStart(text);
        Long number = number(text, unit);
        if (number == null || number > 86_400_000L) {
            return null;
        }
        Duration value = switch (text.substring(unit)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> null;
        };
        return value == null || value.compareTo(Duration.ofDays(1)) > 0 ? null : value;
    }

    /** Reads {@code 64KiB}, {@code 4GiB}, {@code 100B} or a bare number of bytes; null when it is none. */
    static @Nullable Long bytes(String text) {
        int unit = unitStart(text);
        Long number = number(text, unit);
        if (number == null) {
            return null;
        }
        int shift = switch (text.substring(unit).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 0;
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            case "tib" -> 40;
            default -> -1;
        };
        return shift < 0 || number > Long.MAX_VALUE >> shift ? null : Long.valueOf(number << shift);
    }

    private static int unitStart(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private static @Nullable Long number(String text, int end) {
        return end == 0 || end > 15 ? null : Long.valueOf(text.substring(0, end));
    }
}
