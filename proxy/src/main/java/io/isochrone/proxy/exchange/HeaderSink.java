package io.isochrone.proxy.exchange;

/** Takes header fields for a head that is being written. Confined to one event loop. */
public interface HeaderSink {
    /** Adds {@code name: value}; both ASCII without CR, LF, NUL: other characters in the value become {@code ?}. */
    void add(String name, String value);
}
