package io.isochrone.proxy.http;

import org.jspecify.annotations.Nullable;

/** A request head that passed the grammar, as dispatchers see it. Confined to one event loop; valid while its request is dispatched. */
public interface RequestHead {
    /** The method, such as {@code GET}; a constant for the usual ones. */
    String method();

    /** The request target in origin form with its path in normal form. */
    String target();

    /** The path of the target without the query. */
    String path();

    /** The query without the question mark, or null. */
    @Nullable
    String query();

    /** The Host (or the authority of an absolute target), as it came. */
    String host();

    /** How many fields there are. */
    int headerCount();

    /** Name of a field in lower case. */
    String headerName(int index);

    /** Value of a field without white space around it. */
    String headerValue(int index);

    /** Value of the first field of that lower-case name, or null. */
    @Nullable
    String header(String lowerCaseName);
}
