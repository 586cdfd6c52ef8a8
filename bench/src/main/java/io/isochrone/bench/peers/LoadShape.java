package io.isochrone.bench.peers;

/**
 * What a load program sends, as fast as it is answered.
 *
 * <p>Immutable.
 *
 * @param protocol what the connections speak
 * @param path request target
 * @param postBytes length of the request body of POSTs; 0: GETs
 */
record LoadShape(Protocol protocol, String path, int postBytes) {
    /** A body of 200 bytes. */
    static final String SMALL = "/json";

    /** A body of 64 KiB. */
    static final String LARGE = "/64k";

    /** Takes POSTs; a body of 1 KiB. */
    static final String POST = "/post";

    /** What connections speak. Immutable. */
    enum Protocol {
        H1(false, false),
        H1_TLS(true, false),
        H2_TLS(true, true),
        /** HTTP/2 without TLS, by prior knowledge. */
        H2C(false, true);

        private final boolean tls;
        private final boolean h2;

        Protocol(boolean tls, boolean h2) {
            this.tls = tls;
            this.h2 = h2;
        }

        boolean isTls() {
            return tls;
        }

        boolean isH2() {
            return h2;
        }
    }

    /** How many connections there are. */
    int connections() {
        return protocol.isH2() ? 8 : 64;
    }

    /** Most requests under way on each connection. */
    int streams() {
        return protocol.isH2() ? 32 : 1;
    }
}
