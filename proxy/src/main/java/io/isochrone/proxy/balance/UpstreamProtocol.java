package io.isochrone.proxy.balance;

/** What an endpoint is spoken to in. Immutable. */
public enum UpstreamProtocol {
    /** HTTP/1.1: one exchange a connection at a time. */
    HTTP_1_1,
    /** HTTP/2: many exchanges share few connections. */
    HTTP_2,
    /** HTTP/2 to a node of our own, which may be asked at any time whether it still lives. */
    HTTP_2_NODE;

    /** Whether it is HTTP/2. */
    public boolean isTwo() {
        return this != HTTP_1_1;
    }
}
