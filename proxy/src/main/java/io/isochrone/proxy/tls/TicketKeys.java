package io.isochrone.proxy.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that session tickets are sealed with. They outlive certificates, so that a reload makes nobody shake hands anew; they are
 * replaced twice a day, and the one before still opens what it sealed, because whoever learns a key can read the sessions resumed
 * with it (RFC 5077 §5.5).
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class TicketKeys {
    static final Duration LIFE = Duration.ofHours(12);

    private static final SecureRandom RANDOM = new SecureRandom();

    private OpenSslSessionTicketKey current = random();
    private @Nullable OpenSslSessionTicketKey before;
    private long sinceNanos;

    TicketKeys(long nowNanos) {
        sinceNanos = nowNanos;
    }

    private static OpenSslSessionTicketKey random() {
        byte[] bytes = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        RANDOM.nextBytes(bytes);
        int name = OpenSslSessionTicketKey.NAME_SIZE;
        int hmac = name + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
        return new OpenSslSessionTicketKey(
                Arrays.copyOf(bytes, name),
                Arrays.copyOfRange(bytes, name, hmac),
                Arrays.copyOfRange(bytes, hmac, bytes.length));
    }

    /** Makes a new key when the current one is old; returns whether it was. */
    boolean rotate(long nowNanos) {
        if (nowNanos - sinceNanos < LIFE.toNanos()) {
            return false;
        }
        before = current;
        current = random();
        sinceNanos = nowNanos;
        return true;
    }

    /** Forgets every key: no ticket that was given out opens again. */
    void renew(long nowNanos) {
        before = null;
        current = random();
        sinceNanos = nowNanos;
    }

    /** Lets a context seal with the current key and open with both; the JDK's contexts keep keys of their own. */
    void applyTo(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext session) {
            OpenSslSessionTicketKey old = before;
            if (old == null) {
                session.setTicketKeys(current);
            } else {
                session.setTicketKeys(current, old);
            }
        }
    }
}
