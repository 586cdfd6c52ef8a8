package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RefusalRuleTest {
    private static final long MILLI = 1_000_000;

    /** A request a millisecond, of which every {@code nth} is refused everywhere. */
    private static void pass(RefusalRule rule, int nth, long fromMillis, long toMillis) {
        for (long ms = fromMillis; ms < toMillis; ms++) {
            rule.ended();
            if (ms % nth == 0) {
                rule.refusedEverywhere(ms * MILLI);
            }
        }
    }

    @Test
    void refusesNobodyWhileNobodyIsRefusedElsewhere() {
        RefusalRule rule = new RefusalRule();
        assertThat(rule.mayRefuse(0)).isFalse();
        pass(rule, 1_000_000_000, 1, 10_000);
        assertThat(rule.mayRefuse(10_000 * MILLI)).isFalse();
    }

    @Test
    void bearsThatFewAreRefusedEverywhere() {
        RefusalRule rule = new RefusalRule();
        pass(rule, 40, 1, 60_000);
        assertThat(rule.mayRefuse(60_000 * MILLI)).isFalse();
    }

    @Test
    void mayRefuseWhileManyAreRefusedEverywhereAndNotMuchLonger() {
        RefusalRule rule = new RefusalRule();
        pass(rule, 4, 1, 1000);
        assertThat(rule.mayRefuse(1000 * MILLI)).isTrue();
        long later = 1000 + RefusalRule.BELIEF_MILLIS;
        assertThat(rule.mayRefuse((later - 10) * MILLI)).isTrue();
        assertThat(rule.mayRefuse((later + 10) * MILLI)).isFalse();
        assertThat(rule.mayRefuse((later - 10) * MILLI))
                .as("it has to be learned again")
                .isFalse();
    }

    @Test
    void isKeptUpByThoseThatAreSentToSee() {
        RefusalRule rule = new RefusalRule();
        pass(rule, 4, 1, 1000);
        int sent = 0;
        for (long ms = 1000; ms < 30_000; ms++) {
            rule.ended();
            if (!rule.mayRefuse(ms * MILLI)) {
                rule.refusedEverywhere(ms * MILLI);
                sent++;
            }
        }
        assertThat(sent).isEqualTo(29_000 / RefusalRule.PROBE_SHARE);
    }

    @Test
    void worksWithAnyTimeOfTheClock() {
        RefusalRule rule = new RefusalRule();
        for (int i = 0; i < 400; i++) {
            rule.ended();
            rule.refusedEverywhere(Long.MIN_VALUE / 2 + i * MILLI);
        }
        assertThat(rule.mayRefuse(Long.MIN_VALUE / 2 + 400 * MILLI)).isTrue();
    }
}
