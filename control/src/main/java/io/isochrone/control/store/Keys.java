package io.isochrone.control.store;

import java.util.Locale;

/**
 * Where things stand in the store.
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><td>{@code resources/…}</td><td>a management resource by its whole id in lower case: its document as JSON</td></tr>
 * <tr><td>{@code secrets/…}</td><td>what belongs to the resource of the same id and is never shown: sealed</td></tr>
 * <tr><td>{@code services/NAME}</td><td>the id of the service that has the name, as its creator wrote it</td></tr>
 * <tr><td>{@code operations/ID}</td><td>a long-running operation as JSON</td></tr>
 * <tr><td>{@code tokens/ID}</td><td>a bearer token's hash, role and scope as JSON</td></tr>
 * <tr><td>{@code nodes/SERVICE/ID}</td><td>a node that has registered, as JSON</td></tr>
 * <tr><td>{@code published/SERVICE}</td><td>what is published: versions, contents, stage of a rollout; packed, its further parts below it</td></tr>
 * </table>
 *
 * <p>SERVICE is the service's own name in lower case, which is unique in one control plane.
 *
 * <p>Thread-safe: no state.
 */
public final class Keys {
    /** Of management resources. */
    public static final String RESOURCES = "resources";

    /** Of what belongs to resources and is never shown. */
    public static final String SECRETS = "secrets";

    /** What keys of nodes begin with. */
    public static final String NODES = "nodes/";

    /** What keys of heads begin with. */
    public static final String PUBLISHED = "published/";

    private Keys() {}

    /** Of a resource by its id, {@code /subscriptions/…}. */
    public static String resource(String id) {
        return RESOURCES + id.toLowerCase(Locale.ROOT);
    }

    /** Of what belongs to a resource and is never shown. */
    public static String secret(String id) {
        return SECRETS + id.toLowerCase(Locale.ROOT);
    }

    /** Of a service's name, which is taken while there is an entry. */
    public static String serviceName(String name) {
        return "services/" + name.toLowerCase(Locale.ROOT);
    }

    /** Of a long-running operation. */
    public static String operation(String id) {
        return "operations/" + id;
    }

    /** Of a bearer token. */
    public static String token(String id) {
        return "tokens/" + id;
    }

    /** Of a node that has registered. */
    public static String node(String service, String node) {
        return NODES + service.toLowerCase(Locale.ROOT) + "/" + node.toLowerCase(Locale.ROOT);
    }

    /** Of the head of what is published for a service. */
    public static String published(String service) {
        return PUBLISHED + service.toLowerCase(Locale.ROOT);
    }
}
