package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
    private static final long MILLISECOND = 1_000_000;

    /** P8: 1,000 requests a second for 30 s, and every answer is a reason to send again. */
    @Test
    void aStormIsAFifthOfTheRequestsAndTheFloor() {
        RetryBudget budget = new RetryBudget();
        int sent = 0;
        for (int i = 0; i < 30_000; i++) {
            budget.requested();
            sent += budget.take(i * MILLISECOND) ? 1 : 0;
        }

        assertThat(sent).isBetween(6_000, 6_000 + 31 * 10);
    }

    @Test
    void fewRequestsMayAllBeSentAgain() {
        RetryBudget budget = new RetryBudget();
        for (int i = 0; i < 100; i++) {
            budget.requested();
            assertThat(budget.take(i * 200L * MILLISECOND)).isTrue();
        }
    }

    @Test
    void whatIsSavedHasABound() {
        RetryBudget budget = new RetryBudget();
        for (int i = 0; i < 1_000_000; i++) {
            budget.requested();
        }
        int taken = 0;
        while (budget.take(0)) {
            taken++;
        }
        assertThat(taken).isEqualTo(RetryBudget.MOST);
    }
}
