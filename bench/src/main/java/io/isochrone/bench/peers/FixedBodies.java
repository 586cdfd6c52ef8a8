package io.isochrone.bench.peers;

/** What origins answer. Thread-safe: no state. */
final class FixedBodies {
    /** 200 bytes of JSON. */
    static final String SMALL = small();

    /** 1 KiB. */
    static final String POST = "e".repeat(1024);

    private FixedBodies() {}

    private static String small() {
        String head = "{\"id\": 12345, \"name\": \"widget\", \"region\": \"eu-west\", \"status\": \"ok\", \"note\": \"";
        return head + "y".repeat(198 - head.length()) + "\"}";
    }
}
