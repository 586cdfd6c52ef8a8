package io.isochrone.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    private final Redaction redaction = new Redaction(List.of("subscription-key", "token"));

    @ParameterizedTest
    @CsvSource({
        "/a, /a",
        "/a?x=1, /a?x=1",
        "/a?token=s3cret, /a?token=***",
        "/a?x=1&token=s3cret&y=2, /a?x=1&token=***&y=2",
        "/a?TOKEN=s3cret, /a?TOKEN=***",
        "/a?%74oken=s3cret, /a?%74oken=***",
        "/a?%54%4f%4B%45%4e=s3cret, /a?%54%4f%4B%45%4e=***",
        "/a?subscription%2Dkey=s3cret, /a?subscription%2Dkey=***",
        "/a?+token=s3cret, /a?+token=***",
        "/a?token=one&token=two, /a?token=***&token=***",
        "/a?x=1;token=s3cret, /a?x=1;token=***",
        "/a?token=s3;cret&y=1, /a?token=***&y=1",
        "/a?token=s3?cret&y=1, /a?token=***&y=1",
        "/a?x?token=s3cret, /a?x?token=***",
        "/a;token=s3cret/b, /a;token=***",
        "/a?token=a=b=c, /a?token=***",
        "/a?token=, /a?token=***",
        "/a?token, /a?token",
        "/a?tokens=1, /a?tokens=1",
        "/a?%zz=1&%=2&token=s3cret, /a?%zz=1&%=2&token=***",
        "/a?&&token=s3cret, /a?&&token=***",
        "http://user:s3cret@host/a, http://***@host/a",
        "http://host/a@b?token=s3cret, http://host/a@b?token=***",
        "/a?u=http://me@host/, /a?u=http://me@host/",
    })
    void hidesNamedValuesHoweverTheNameIsWritten(String target, String expected) {
        assertThat(redaction.redact(target)).isEqualTo(expected);
    }

    @Test
    void neverShowsACanaryWhateverSurroundsItSeed7() {
        Random random = new Random(7);
        String[] pieces = {"?", "&", ";", "=", "%", "%2", "/", "x", "token", "%74oken", "+", "http://", "@"};
        for (int run = 0; run < 20_000; run++) {
            StringBuilder target = new StringBuilder("/");
            for (int i = random.nextInt(6); i > 0; i--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            target.append("&")
                    .append(random.nextBoolean() ? "token" : "to%6ben")
                    .append("=");
            for (int i = random.nextInt(3); i > 0; i--) {
                target.append(";?=+%".charAt(random.nextInt(5)));
            }
            target.append("CANARY");

            assertThat(redaction.redact(target.toString())).doesNotContain("CANARY");
        }
    }
}
