package io.isochrone.control.store;

/** A call to etcd that did not do what it was to do. Immutable. */
final class EtcdException extends Exception {
    private static final long serialVersionUID = 1;

    static final int NOT_FOUND = 5;
    static final int PERMISSION_DENIED = 7;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int OUT_OF_RANGE = 11;
    static final int UNAUTHENTICATED = 16;
    /** No endpoint has answered. */
    static final int NO_ANSWER = -1;

    private final int code;
    private final boolean doubtful;

    /** With gRPC's code, or {@link #NO_ANSWER}; {@code doubtful}: an attempt may have been carried out, or may be yet. */
    EtcdException(int code, String message, boolean doubtful) {
        super(message);
        this.code = code;
        this.doubtful = doubtful;
    }

    int code() {
        return code;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    /** The page asked for is larger than etcd's gateway passes on. */
    boolean isTooLargeAnAnswer() {
        return code == RESOURCE_EXHAUSTED && message().contains("received message larger than max");
    }

    /** The member has no room left under its quota. */
    boolean isFull() {
        return message().contains("database space exceeded");
    }

    private String message() {
        return String.valueOf(getMessage());
    }

    /** What it means to an operator, of a call that changes nothing or has changed nothing. */
    StoreException explained() {
        String text = message();
        if (isFull()) {
            return new StoreException(
                    "etcd: full, nothing was changed (expected: room; compact and defragment it or raise --quota-backend-bytes,"
                            + " then `etcdctl alarm disarm`)",
                    this);
        }
        if (text.contains("request is too large") || text.contains("message larger than max")) {
            return new StoreException(
                    "etcd: the commit is larger than it takes, nothing was changed (expected: less at once, or members with"
                            + " --max-request-bytes=10485760)",
                    this);
        }
        if (code == UNAUTHENTICATED
                || code == PERMISSION_DENIED
                || text.contains("authentication failed")
                || text.contains("user name is empty")) {
            return new StoreException(
                    "etcd: " + text
                            + ", nothing was changed (expected: a user that may read and write under the prefix)",
                    this);
        }
        if (code == NO_ANSWER) {
            return new StoreException(
                    "etcd: " + text
                            + ", nothing was changed (expected: more than half of its members up and reachable)",
                    this);
        }
        return new StoreException("etcd: " + text + ", nothing was changed", this);
    }
}
