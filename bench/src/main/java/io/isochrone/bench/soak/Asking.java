package io.isochrone.bench.soak;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Makes requests, with the misdeed of the moment for some. Thread-safe: one volatile misdeed, set by the conductor. */
final class Asking {
    private static final double MISDEED_SHARE = 0.3;

    private final AtomicLong next = new AtomicLong();
    private volatile Misdeed misdeed = Misdeed.NONE;

    /** From now on about a third of requests ask for it. */
    void now(Misdeed asked) {
        misdeed = asked;
    }

    Ask make(Kind kind, SplittableRandom random) {
        boolean wrong = kind != Kind.IDLE && random.nextDouble() < MISDEED_SHARE;
        String id = kind.word() + "-" + next.incrementAndGet();
        int answer = switch (kind) {
            case GET_LARGE, H2_LEAVE -> 64 << 10;
            case SLOW_READ -> 256 << 10;
            case LEAVE -> 512 << 10;
            case H2_GET -> random.nextInt(4) == 0 ? 64 << 10 : 200;
            default -> 200;
        };
        int body = switch (kind) {
            case POST, EXPECT, H2_POST -> 1024;
            case UPLOAD -> 20 << 10;
            default -> 0;
        };
        return new Ask(id, kind, answer, body, random.nextInt(3) == 0, wrong ? misdeed : Misdeed.NONE);
    }
}
