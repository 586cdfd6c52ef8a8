package io.isochrone.control.http;

import org.jspecify.annotations.Nullable;

/**
 * Who calls, as the token says.
 *
 * <p>Immutable.
 *
 * @param name for the audit trail
 * @param role what it may do
 * @param service the only service that it may touch, in lower case; null: all
 * @param region the only region that it may be a node of, canonical; null: any, and routers
 */
public record Caller(
        String name,
        Role role,
        @Nullable String service,
        @Nullable String region) {
    /** Whoever shows no token, at what is open to everybody. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Role.NONE, null, null);

    /** What a caller may do. */
    public enum Role {
        /** Nothing: it has shown no token. */
        NONE,
        /** See everything but secrets. */
        READER,
        /** See and change everything. */
        OPERATOR,
        /** Be a node: fetch configuration and report. */
        NODE
    }

    /** Whether it may see resources: all of them, secrets aside. */
    public boolean mayRead() {
        return role == Role.READER || role == Role.OPERATOR;
    }

    /** Whether it may change resources and see secrets. */
    public boolean mayChange() {
        return role == Role.OPERATOR;
    }
}
