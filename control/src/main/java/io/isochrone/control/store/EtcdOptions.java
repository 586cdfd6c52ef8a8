package io.isochrone.control.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an etcd cluster is used.
 *
 * <p>Immutable.
 *
 * @param prefix of all keys, so that several control planes may share a cluster; ends in a slash
 * @param user who to sign in as; null: nobody, when the cluster asks for none
 * @param password of the user
 * @param certificates PEM file of the authorities that {@code https} endpoints' certificates come from; null: the system's
 * @param attempt after which an endpoint that has not answered is left for the next one
 * @param total after which a call fails
 */
public record EtcdOptions(
        String prefix,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path certificates,
        Duration attempt,
        Duration total) {
    /** Below {@code isochrone/}, without signing in, an endpoint left after 3 s, a call after 10 s. */
    public static final EtcdOptions DEFAULTS =
            new EtcdOptions("isochrone/", null, null, null, Duration.ofSeconds(3), Duration.ofSeconds(10));

    public EtcdOptions {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: a text that ends in /)");
        }
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("user: " + user + " (expected: user and password, or neither)");
        }
        if (attempt.isNegative() || attempt.isZero() || total.compareTo(attempt) < 0) {
            throw new IllegalArgumentException(
                    "attempt: " + attempt + " (expected: above 0 and at most the total, " + total + ")");
        }
    }

    /** With another prefix. */
    public EtcdOptions under(String other) {
        return new EtcdOptions(other, user, password, certificates, attempt, total);
    }

    /** With a user. */
    public EtcdOptions as(String name, String secret) {
        return new EtcdOptions(prefix, name, secret, certificates, attempt, total);
    }

    /** Trusting the authorities of a PEM file. */
    public EtcdOptions trusting(Path pem) {
        return new EtcdOptions(prefix, user, password, pem, attempt, total);
    }

    /** With other bounds of time. */
    public EtcdOptions within(Duration ofAttempt, Duration ofCall) {
        return new EtcdOptions(prefix, user, password, certificates, ofAttempt, ofCall);
    }

    @Override
    public String toString() {
        return "EtcdOptions[prefix=" + prefix + ", user=" + user + ", password=***, certificates=" + certificates
                + ", attempt=" + attempt + ", total=" + total + "]";
    }
}
