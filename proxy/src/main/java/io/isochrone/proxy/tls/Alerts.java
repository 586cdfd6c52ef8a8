package io.isochrone.proxy.tls;

import java.util.Locale;

/** What a TLS implementation's exceptions say about alerts of the other side (RFC 8446 §6.2). Thread-safe: no state. */
public final class Alerts {
    private Alerts() {}

    /** Whether the other side ended the connection because it wants another certificate from us, or one at all. */
    public static boolean refusesOurCertificate(Throwable cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("alert")
                && (text.contains("certificate") || text.contains("unknown_ca") || text.contains("access_denied"));
    }
}
