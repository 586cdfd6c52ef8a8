package io.isochrone.config.read;

import io.isochrone.config.model.Backend;
import io.isochrone.config.model.Cidr;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import io.isochrone.config.model.Tier;
import io.isochrone.config.problem.Suggestion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The kinds of single values. Thread-safe: no state. */
final class Kinds {
    static final Kind<Boolean> FLAG = Kind.scalar("true or false", Kinds::flag, String::valueOf);
    static final Kind<HostPort> LISTENER = Kind.scalar("HOST:PORT or [IPV6]:PORT", HostPort::parse, HostPort::toString);
    static final Kind<HostPort> ADDRESS =
            Kind.scalar("HOST:PORT or [IPV6]:PORT, port from 1", Kinds::address, HostPort::toString);
    static final Kind<Cidr> CIDR =
            Kind.scalar("ADDRESS or ADDRESS/BITS, no bits after the prefix", Kinds::block, Kinds::cidr);
    static final Kind<Tier> TIER = Kind.scalar("one of " + String.join(", ", tiers()), Kinds::tier, Tier::displayName);
    static final Kind<Backend> BACKEND = Kind.scalar(
            "http://HOST[:PORT][/BASE], or https, h2c or h2 in place of http", Kinds::backend, Backend::url);
    static final Kind<String> PARAMETER = text("query parameter", "[!-~&&[^&=#]]{1,100}");

    /** A path prefix; {@code /} becomes the empty string. */
    static final Kind<String> PATH =
            Kind.scalar("/ or segments such as /shop/orders, no slash at the end", Kinds::path, path -> path);

    /** A path in the file system; a relative one is taken from the file's folder. */
    static final Kind<String> FILE = file("path of a file", Map.of());

    static final Kind<String> LOG_TARGET =
            file("off, stdout or path of a file", Map.of("off", "off", "stdout", "stdout"));

    private static final Pattern SEGMENTS = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~!$&'()*+,=:@-]+)+");
    private static final Duration LONGEST = Duration.ofHours(24);

    private Kinds() {}

    /** Text that a regular expression matches as a whole. */
    static Kind<String> text(String name, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return Kind.scalar(
                name,
                text -> {
                    require(pattern.matcher(text).matches());
                    return text;
                },
                text -> text);
    }

    /** A whole number in a range. */
    static Kind<Integer> number(int min, int max) {
        return Kind.scalar(
                "whole number from " + min + " to " + max,
                text -> {
                    require(text.matches("-?[0-9]{1,10}"));
                    long number = Long.parseLong(text);
                    require(number >= min && number <= max);
                    return (int) number;
                },
                String::valueOf);
    }

    /** A number with a fraction in a range. */
    static Kind<Double> decimal(int min, int max) {
        return Kind.scalar(
                "number from " + min + " to " + max,
                text -> {
                    require(text.matches("[-+]?[0-9]{1,3}(\\.[0-9]{1,20})?"));
                    double number = Double.parseDouble(text);
                    require(number >= min && number <= max);
                    return number;
                },
                String::valueOf);
    }

    /** A length of time of whole milliseconds from {@code minMillis} to a day. */
    static Kind<Duration> duration(long minMillis) {
        return Kind.scalar(
                "time from " + print(Duration.ofMillis(minMillis)) + " to 24h, such as 250ms, 5s or 1m",
                text -> {
                    int unit = unitStart(text);
                    long number = Long.parseLong(text.substring(0, unit));
                    Duration value = switch (text.substring(unit)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> throw new IllegalArgumentException(text);
                    };
                    require(value.toMillis() >= minMillis && value.compareTo(LONGEST) <= 0);
                    return value;
                },
                Kinds::print);
    }

    /** A number of bytes in a range. */
    static Kind<Long> size(long min, long max) {
        return Kind.scalar(
                "size from " + print(min) + " to " + print(max) + ", such as 512B, 64KiB or 4GiB",
                text -> {
                    int unit = unitStart(text);
                    long number = Long.parseLong(text.substring(0, unit));
                    int shift = switch (text.substring(unit).toLowerCase(Locale.ROOT)) {
                        case "b" -> 0;
                        case "kib" -> 10;
                        case "mib" -> 20;
                        case "gib" -> 30;
                        case "tib" -> 40;
                        default -> throw new IllegalArgumentException(text);
                    };
                    require(number <= Long.MAX_VALUE >> shift);
                    require(number << shift >= min && number << shift <= max);
                    return number << shift;
                },
                Kinds::print);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("(expected: what the kind says)");
        }
    }

    private static boolean flag(String text) {
        require(text.equals("true") || text.equals("false"));
        return text.equals("true");
    }

    private static HostPort address(String text) {
        HostPort address = HostPort.parse(text);
        require(address.port() != 0);
        return address;
    }

    /** A block, with the parser's own word on what is wrong. */
    private static Cidr block(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int expected = message.lastIndexOf("(expected: ");
            throw new ExpectedException(message.substring(expected + 11, message.length() - 1), null);
        }
    }

    private static Tier tier(String text) {
        for (Tier tier : Tier.values()) {
            if (tier.displayName().equalsIgnoreCase(text)) {
                return tier;
            }
        }
        throw new ExpectedException("one of " + String.join(", ", tiers()), Suggestion.nearest(text, tiers()));
    }

    private static List<String> tiers() {
        return Arrays.stream(Tier.values()).map(Tier::displayName).toList();
    }

    private static String path(String text) {
        require(text.equals("/") || SEGMENTS.matcher(text).matches());
        return text.equals("/") ? "" : text;
    }

    private static Backend backend(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        require(lower.contains("://"));
        int begin = lower.indexOf("://") + 3;
        String scheme = lower.substring(0, begin);
        boolean tls = scheme.equals("https://") || scheme.equals("h2://");
        boolean http2 = scheme.equals("h2://") || scheme.equals("h2c://");
        require(tls || http2 || scheme.equals("http://"));
        int slash = text.indexOf('/', begin);
        String authority = text.substring(begin, slash < 0 ? text.length() : slash);
        String base = slash < 0 ? "" : path(text.substring(slash));
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return new Backend(tls, http2, address(hasPort ? authority : authority + (tls ? ":443" : ":80")), base);
    }

    private static Kind<String> file(String name, Map<String, String> words) {
        return new Kind<>(
                name,
                value -> {
                    String text = value.text();
                    if (text == null || text.isBlank() || text.indexOf('\0') >= 0) {
                        value.problem(name);
                        return null;
                    }
                    Path folder = value.reading.folder;
                    return words.containsKey(text) || folder == null
                            ? text
                            : folder.resolve(text).normalize().toString();
                },
                path -> path,
                List.of());
    }

    private static int unitStart(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        require(i > 0 && i <= 15);
        return i;
    }

    private static String cidr(Cidr cidr) {
        return IpLiteral.format(HexFormat.of().parseHex(cidr.address())) + "/" + cidr.prefixBits();
    }

    /** The shortest form without a fraction. */
    private static String print(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 != 0 || millis == 0
                ? millis + "ms"
                : millis % 60_000 != 0 ? millis / 1000 + "s" : minutes(millis);
    }

    private static String minutes(long millis) {
        return millis % 3_600_000 != 0 ? millis / 60_000 + "m" : millis / 3_600_000 + "h";
    }

    /** The shortest form without a fraction. */
    private static String print(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long number = bytes;
        while (unit < 4 && number != 0 && number % 1024 == 0) {
            number /= 1024;
            unit++;
        }
        return number + units[unit];
    }
}
