package io.isochrone.bench.soak;

import io.isochrone.bench.fault.EchoBody;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Says whether a complete response is the answer to a request. Thread-safe: no state. */
final class Judge {
    private static final String ID = EchoBody.ID.toLowerCase(Locale.ROOT);
    private static final String LENGTH = EchoBody.LENGTH.toLowerCase(Locale.ROOT);
    private static final String SUM = EchoBody.SUM.toLowerCase(Locale.ROOT);
    private static final String GOT = EchoBody.GOT.toLowerCase(Locale.ROOT);
    private static final Set<Integer> REFUSALS = Set.of(408, 502, 503, 504);

    private Judge() {}

    static Verdict of(Ask ask, Reply reply) {
        String id = reply.field(ID);
        if (id.isEmpty()) {
            boolean ours = REFUSALS.contains(reply.status())
                    && !reply.field("isochrone-answered-by").isEmpty();
            return ours ? Verdict.REFUSED : Verdict.WRONG;
        }
        if (!id.equals(ask.id())) {
            return Verdict.WRONG;
        }
        boolean early = reply.status() == 403 && ask.misdeed().answersEarly();
        if (!early && reply.status() != 200) {
            return Verdict.WRONG;
        }
        int length = Integer.parseInt(reply.field(LENGTH));
        if (reply.body().length < length) {
            return Verdict.SHORT;
        }
        boolean same = Arrays.equals(reply.body(), EchoBody.of(ask.id(), length))
                && EchoBody.sum(reply.body()).equals(reply.field(SUM));
        if (!same || !early && (length != ask.answerBytes() || !reply.field(GOT).equals(ask.got()))) {
            return Verdict.WRONG;
        }
        return early ? Verdict.EARLY : Verdict.RIGHT;
    }
}
