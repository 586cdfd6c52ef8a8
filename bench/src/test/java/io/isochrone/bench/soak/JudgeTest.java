package io.isochrone.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.EchoBody;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JudgeTest {
    private static final Ask ASK = new Ask("post-7", Kind.POST, 200, 1024, false, Misdeed.NONE);
    private static final Ask EARLY = new Ask("post-7", Kind.POST, 200, 1024, false, Misdeed.EARLY);

    private static Reply reply(int status, String id, String got, byte[] body) {
        return new Reply(
                status,
                Map.of("soak-id", id, "soak-length", "200", "soak-sum", EchoBody.sum(body), "soak-got", got),
                body);
    }

    @Test
    void takesItsOwnWholeAnswerForRight() {
        assertThat(Judge.of(ASK, reply(200, "post-7", ASK.got(), EchoBody.of("post-7", 200))))
                .isEqualTo(Verdict.RIGHT);
    }

    @Test
    void takesAnothersAnswerForWrongWhetherTheHeadOrTheBodyIsAnothers() {
        assertThat(Judge.of(ASK, reply(200, "post-8", ASK.got(), EchoBody.of("post-8", 200))))
                .isEqualTo(Verdict.WRONG);
        assertThat(Judge.of(ASK, reply(200, "post-7", ASK.got(), EchoBody.of("post-8", 200))))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void findsASingleByteThatIsNotItsOwn() {
        byte[] body = EchoBody.of("post-7", 200);
        body[150] ^= 1;

        assertThat(Judge.of(ASK, reply(200, "post-7", ASK.got(), body))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void knowsAnAnswerThatLooksCompleteAndIsNot() {
        byte[] half = Arrays.copyOf(EchoBody.of("post-7", 200), 100);

        assertThat(Judge.of(ASK, reply(200, "post-7", ASK.got(), half))).isEqualTo(Verdict.SHORT);
    }

    @Test
    void knowsThatAnotherBodyThanItsOwnArrived() {
        String half = "512:" + EchoBody.sum(Arrays.copyOf(ASK.body(), 512));

        assertThat(Judge.of(ASK, reply(200, "post-7", half, EchoBody.of("post-7", 200))))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void takesAnEarlyRefusalOnlyWhereItWasAskedFor() {
        Reply refusal = new Reply(
                403,
                Map.of(
                        "soak-id",
                        "post-7",
                        "soak-length",
                        "40",
                        "soak-sum",
                        EchoBody.sum(EchoBody.of("post-7", 40)),
                        "soak-got",
                        "-"),
                EchoBody.of("post-7", 40));

        assertThat(Judge.of(EARLY, refusal)).isEqualTo(Verdict.EARLY);
        assertThat(Judge.of(ASK, refusal)).isEqualTo(Verdict.WRONG);
    }

    @Test
    void takesARefusalOnlyFromANodeOfOursThatNamesItself() {
        Map<String, String> ours = new HashMap<>(Map.of("isochrone-answered-by", "router"));

        assertThat(Judge.of(ASK, new Reply(502, ours, new byte[10]))).isEqualTo(Verdict.REFUSED);
        assertThat(Judge.of(ASK, new Reply(502, Map.of(), new byte[10]))).isEqualTo(Verdict.WRONG);
        assertThat(Judge.of(ASK, new Reply(200, ours, new byte[10]))).isEqualTo(Verdict.WRONG);
    }
}
