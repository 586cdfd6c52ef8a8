package io.isochrone.bench.peers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load program says at its end.
 *
 * <p>Immutable.
 *
 * @param completed requests that were answered with 2xx or 3xx
 * @param failed requests that were not, and errors of connections
 * @param perSecond completed requests per second
 */
record LoadFigures(long completed, long failed, double perSecond) {
    private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern WRK_RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern WRK_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern WRK_ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final Pattern H2LOAD_RATE = Pattern.compile("finished in \\S+, ([\\d.]+) req/s");
    private static final Pattern H2LOAD_REQUESTS = Pattern.compile(
            "requests: \\d+ total, \\d+ started, \\d+ done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
    private static final Pattern H2LOAD_STATUS =
            Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

    /** Of wrk. Throws IllegalArgumentException with what it said when that is no result. */
    static LoadFigures ofWrk(String output) {
        Matcher requests = find(WRK_REQUESTS, output);
        Matcher rate = find(WRK_RATE, output);
        long failed = 0;
        Matcher status = WRK_STATUS.matcher(output);
        if (status.find()) {
            failed += number(status, 1);
        }
        Matcher errors = WRK_ERRORS.matcher(output);
        long broken = errors.find() ? number(errors, 1) + number(errors, 2) + number(errors, 3) + number(errors, 4) : 0;
        return new LoadFigures(number(requests, 1) - failed, failed + broken, Double.parseDouble(rate.group(1)));
    }

    /** Of h2load. It counts a request that broke as failed and as errored; either shows. Throws as {@link #ofWrk}. */
    static LoadFigures ofH2load(String output) {
        Matcher requests = find(H2LOAD_REQUESTS, output);
        Matcher status = find(H2LOAD_STATUS, output);
        Matcher rate = find(H2LOAD_RATE, output);
        long broken = Math.max(number(requests, 2), number(requests, 3)) + number(requests, 4);
        long refused = number(status, 3) + number(status, 4);
        return new LoadFigures(
                number(requests, 1) - Math.min(refused, number(requests, 1)),
                Math.max(broken, refused),
                Double.parseDouble(rate.group(1)));
    }

    private static Matcher find(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalArgumentException("load: \"" + lastLine(output) + "\" (expected: a result)");
        }
        return matcher;
    }

    private static String lastLine(String output) {
        String text = output.strip();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }
}
